/** `POST /api/syncs/:id`: loads and compares what a sync keeps in step, a slice at a time. `DELETE` forgets a sync that is no more. */
import { systemClock } from "../../../base/clock.ts";
import { isSync } from "../../../handler-kit/define-sync.ts";
import { OktaError } from "../../../okta/okta-error.ts";
import { SettingsError } from "../../../settings/environment.ts";
import { readSiteOktaSettings } from "../../../settings/okta-settings.ts";
import { type SyncDropped, type SyncSlice, syncBody } from "../../schema/syncs.ts";
import { json, problem } from "../reply.ts";
import { defineRoute } from "./route.ts";

/** A person waits, and sees each slice; an invocation has 60 s (Netlify), and a try that has begun is not cut off. */
const SLICE_MS = 12_000;

export const syncRoute = defineRoute({
  method: "POST",
  path: "syncs/:id",
  body: syncBody,
  work: true,
  async answer({ body: { dryRun, progress }, id, context, openWork }) {
    const work = await openWork();
    const handler = work.handlers.filter(isSync).find(({ name }) => name === id);
    if (handler === undefined) {
      return problem(404, "No sync has this name. `npm run hook -- handlers` lists them.");
    }
    const [{ openSync, stateAfter }, { compare }, syncs] = await Promise.all([
      import("../../../sync/run-syncs.ts"),
      import("../../../sync/compare.ts"),
      import("../../../sync/state.ts"),
    ]);
    try {
      const sync = openSync(handler, {
        ...work,
        settings: readSiteOktaSettings(context.environment),
        clock: systemClock,
        fetch: (input, init) => fetch(input, init),
        deadline: systemClock.now() + SLICE_MS,
      });
      const cache = context.openCache();
      const state = (await syncs.readSyncState(cache, sync.key)) ?? syncs.newSyncState;
      const from = progress ?? (dryRun ? null : state.comparison);
      const first = `/api/v1/${handler.sync.of}s?`;
      if (from?.phase === "list" && from.next !== null && !from.next.startsWith(first)) {
        return problem(422, "The progress is not one of ours.");
      }
      const slice = await compare(sync, from, dryRun);
      if (slice.outcome === "paused") {
        return problem(409, `${id} is paused, so nothing is applied: npm run hook -- resume ${id}`);
      }
      if (!dryRun) {
        const now = new Date(systemClock.now());
        await syncs.writeSyncState(cache, sync.key, stateAfter(state, slice, id, now));
      }
      const { outcome, waitUntil, missing = null } = slice;
      return json({
        org: sync.key.org,
        of: handler.sync.of,
        outcome,
        progress: slice.progress,
        missing,
        waitUntil: waitUntil === undefined ? null : new Date(waitUntil).toISOString(),
      } satisfies SyncSlice);
    } catch (error) {
      if (error instanceof OktaError) return problem(502, error.message);
      if (error instanceof SettingsError) return problem(409, `The org is not set: ${error.message}.`);
      throw error;
    }
  },
});

export const dropSyncRoute = defineRoute({
  method: "DELETE",
  path: "syncs/:id",
  work: true,
  async answer({ id, context }) {
    const handlers = await context.handlers();
    if (handlers.some((handler) => handler.name === id && isSync(handler))) {
      return problem(409, `${id} is a sync of index.ts: only one that is no more can be dropped.`);
    }
    const { dropSync } = await import("../../../events/sync/sync-entries.ts");
    return json({ dropped: await dropSync(context.database, id) } satisfies SyncDropped);
  },
});
