/**
 * Catch-up by command: from a time on, for the types named, in slices that fit a call. It records, and runs no handler unless told. The
 * cursor and the ledger of the hourly catch-up stay as they are.
 */
import { findHookIds, findMissing } from "../events/ledger/find-in-store.ts";
import { connectOrg } from "../okta/call-org.ts";
import { OktaError } from "../okta/okta-error.ts";
import { filterByType, firstPage } from "../okta/read-log.ts";
import { chooseOurHooks, readOrgHooks, SCOPES, type Subscription, subscriptionOf } from "./our-hooks.ts";
import { readPage } from "./read-page.ts";
import type { CatchUpContext } from "./read-pages.ts";
import { recordFetched } from "./record-fetched.ts";

/** What is asked for. */
export interface ManualCatchUp {
  readonly since: Date;
  /** Undefined: what the hook subscribes to, else what the handlers listen to. */
  readonly types: readonly string[] | undefined;
  /** Where the slice before ended; undefined: this is the first. */
  readonly cursor: string | undefined;
  /** `dry-run`: nothing is recorded; `record`: no handler runs for it. */
  readonly mode: "dry-run" | "record" | "run";
}

/** The result of one slice. */
export interface ManualCatchUpSlice {
  readonly org: string;
  /** Events of the log that are ours: here already, recorded now, or left. */
  readonly inLog: number;
  readonly here: number;
  readonly recorded: number;
  /** Missing, and only looked at; or too young, since Okta may deliver them still; or without a `uuid`. */
  readonly left: number;
  /** Of a hook with a filter, and the log does not say whether it let them pass. */
  readonly unknown: number;
  /** How far it came; null: the log has nothing since then. */
  readonly until: Date | null;
  /** Where the next slice begins; null: this was the last. */
  readonly cursor: string | null;
}

/** @throws {OktaError | DatabaseError} what was recorded before stays, and is here already the next time */
export async function runManualCatchUp(
  request: ManualCatchUp,
  context: Omit<CatchUpContext, "cache">,
): Promise<ManualCatchUpSlice> {
  const { settings, clock, deadline, database } = context;
  const host = new URL(settings.orgUrl).host;
  const org = connectOrg(
    settings,
    { clock, fetch: context.fetch, onWait: () => {}, deadline },
    { scopes: SCOPES },
  );
  const { hooks } = await readOrgHooks(org);
  const hookIds = await findHookIds(database);
  const ourHooks = hooks && chooseOurHooks(hooks, hookIds, context.siteUrl);
  const subscribed = subscriptionOf(ourHooks, context.listened);
  const subscription: Subscription = { ...subscribed, eventTypes: request.types ?? subscribed.eventTypes };
  let path = request.cursor ?? firstPage(request.since, filterByType(subscription.eventTypes));
  if (!path.startsWith("/api/v1/logs?")) throw new OktaError("refused", "The cursor is not one of ours.");

  const slice = { org: host, inLog: 0, here: 0, recorded: 0, left: 0, unknown: 0 };
  let until: Date | null = null;
  while (clock.now() < deadline) {
    const { ours, young, unreadable, unknown, latest, isEmpty, next } = await readPage(org, path, {
      clock,
      subscription,
      since: () => request.since.getTime(),
    });
    const uuids = ours.map(({ event }) => event.uuid);
    const missing = await findMissing(database, uuids);
    const events = ours.filter(({ event }) => missing.has(event.uuid));
    if (events.length > 0 && request.mode !== "dry-run") {
      const { deliveryId, newUuids } = await recordFetched(database, {
        events,
        receivedAt: new Date(clock.now()),
        hookId: subscription.hookIds[0] ?? null,
        org: host,
        withoutWork: request.mode === "record",
      });
      slice.recorded += newUuids.length;
      if (request.mode === "run") await context.queue(deliveryId);
    } else slice.left += events.length;
    slice.inLog += ours.length + young + unreadable.length;
    slice.here += ours.length - events.length;
    slice.left += young + unreadable.length;
    slice.unknown += unknown.length;
    until = latest ?? until;
    if (isEmpty || young > 0 || next === null) return { ...slice, until, cursor: null };
    path = next;
  }
  return { ...slice, until, cursor: path };
}
