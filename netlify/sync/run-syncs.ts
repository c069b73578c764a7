/**
 * How syncs stay in step by themselves, where catch-up is on: each hour what changed is read, each week everybody is compared, in slices
 * of sweeps. Whatever breaks in it is reported and kept, and the sweep goes on.
 */
import type { Clock } from "../base/clock.ts";
import type { Database } from "../events/database/database.ts";
import { readCompared, type SyncKey } from "../events/sync/sync-entries.ts";
import type { Reporter } from "../events/work/work-report.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { isSync, type SyncHandler } from "../handler-kit/define-sync.ts";
import { openInstanceDirectory } from "../okta/directory/open-directory.ts";
import { OktaError } from "../okta/okta-error.ts";
import type { Environment } from "../settings/environment.ts";
import type { OktaSettings } from "../settings/okta-settings.ts";
import { compare, readChanges, type Slice, type SyncContext } from "./compare.ts";
import {
  type Comparison,
  newComparison,
  newSyncState,
  noCounts,
  readSyncState,
  type SyncCache,
  type SyncState,
  writeSyncState,
} from "./state.ts";

/** What syncs are kept in step with. */
export interface SyncsContext {
  readonly settings: OktaSettings;
  readonly handlers: readonly Handler[];
  readonly database: Database;
  readonly cache: SyncCache;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  readonly report: Reporter;
  /** Then nothing more is begun, in milliseconds since 1970. */
  readonly deadline: number;
}

/** How a sync stands afterwards. */
export interface SyncResult {
  readonly sync: string;
  readonly state: SyncState;
  readonly askedDatabase: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** What changed a little before the last time is read again: it costs nothing to see it twice. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** A person's command saves more often than that. */
const GOES_ON_AFTER_MS = 2 * MINUTE_MS;
/** Less what the schedule may be late. */
const COMPARE_EVERY_MS = 7 * DAY_MS - HOUR_MS;

/** Opens what a sync is read and applied with. */
export function openSync(
  handler: SyncHandler,
  { settings, clock, fetch: send, ...context }: Omit<SyncsContext, "handlers" | "cache">,
): SyncContext {
  const directory = openInstanceDirectory({ settings, scopes: handler.okta, clock, fetch: send });
  return { ...context, clock, directory, handler, key: { org: directory.host, sync: handler.name } };
}

/** Reads what changed, of every sync that was loaded once. */
export async function runSyncChanges(context: SyncsContext): Promise<readonly SyncResult[]> {
  return await eachSync(context, async (sync, state, now) => {
    if (state.changedUntil === null) return { state, askedDatabase: false };
    const since = new Date(Date.parse(state.changedUntil) - OVERLAP_MS);
    const { progress, outcome, waitUntil } = await readChanges(sync, newComparison(now.toISOString()), since);
    if (outcome === "paused") return { state, askedDatabase: true };
    const { counts, failure } = progress;
    if (counts.listed > 0) {
      context.report({ kind: "synced", sync: sync.key.sync, ...counts, problem: failure });
    }
    const next = { ...state, problem: problemOf(state, now, "failing", failure) };
    const askedDatabase = counts.listed > 0;
    if (failure !== null || waitUntil !== undefined) return { state: next, askedDatabase };
    // Where so much changed that the time was not enough, everybody is compared: that goes on where it stopped.
    const changedUntil = outcome === "ended" ? now.toISOString() : null;
    return { state: { ...next, changedUntil }, askedDatabase };
  });
}

/** Goes on with the comparisons that are due. */
export async function runComparisons(context: SyncsContext): Promise<readonly SyncResult[]> {
  return await eachSync(context, async (sync, state, now) => {
    if (!isComparisonDue(state, now.getTime())) return { state, askedDatabase: false };
    const slice = await compare(sync, state.comparison, false);
    const next = stateAfter(state, slice, sync.key.sync, now);
    const problem = next.problem?.sentence ?? next.last?.failure ?? null;
    context.report({ kind: "synced", sync: sync.key.sync, ...slice.progress.counts, problem });
    return { state: next, askedDatabase: true };
  });
}

/** How a sync stands after a slice of a comparison. */
export function stateAfter(
  state: SyncState,
  { progress, outcome, waitUntil, missing }: Slice<Comparison>,
  sync: string,
  now: Date,
): SyncState {
  const { counts, startedAt, failure } = progress;
  const comparison = { ...progress, savedAt: now.toISOString() };
  const instant = (at: number) => new Date(at).toISOString();
  switch (outcome) {
    case "paused":
      return state;
    case "out-of-time":
      return { ...state, comparison, notBefore: waitUntil === undefined ? null : instant(waitUntil) };
    case "failing":
      return {
        ...state,
        comparison,
        notBefore: instant(now.getTime() + HOUR_MS),
        problem: problemOf(state, now, outcome, failure),
      };
    default: {
      const { changedUntil } = state;
      const isBehind = changedUntil === null || Date.parse(changedUntil) < Date.parse(startedAt);
      return {
        changedUntil: isBehind ? startedAt : changedUntil,
        comparison: null,
        last: {
          endedAt: now.toISOString(),
          counts,
          failure: outcome === "many-gone" && missing !== undefined ? manyGone(sync, missing) : failure,
        },
        notBefore: null,
        problem: null,
      };
    }
  }
}

/** Why nobody was removed. */
function manyGone(sync: string, { unseen, present }: { unseen: number; present: number }): string {
  return `${unseen} of the ${present} that ${sync} keeps in step are not in the org's list any more. That is more than a tenth, so nobody was removed: the app may see less than before. This asks before it removes anybody: npm run hook -- sync ${sync} --url <site>`;
}

/** Everybody is compared each week; the next day where somebody failed, and at once where the changes are not known. */
function isComparisonDue({ comparison, changedUntil, last }: SyncState, now: number): boolean {
  if (last === null) return false;
  if (comparison !== null) return now - Date.parse(comparison.savedAt) >= GOES_ON_AFTER_MS;
  const everyMs = last.counts.failed > 0 ? DAY_MS : COMPARE_EVERY_MS;
  return changedUntil === null || now - Date.parse(last.endedAt) >= everyMs;
}

/** The same problem keeps the time since when it is there. */
function problemOf(
  { problem }: SyncState,
  now: Date,
  kind: string,
  sentence: string | null,
): SyncState["problem"] {
  if (sentence === null) return null;
  return { kind, sentence, since: problem?.kind === kind ? problem.since : now.toISOString() };
}

async function eachSync(
  context: SyncsContext,
  work: (
    sync: SyncContext,
    state: SyncState,
    now: Date,
  ) => Promise<{ readonly state: SyncState; readonly askedDatabase: boolean }>,
): Promise<readonly SyncResult[]> {
  const { handlers, database, cache, clock, report } = context;
  const results: SyncResult[] = [];
  for (const handler of handlers.filter(isSync)) {
    const sync = openSync(handler, context);
    const now = new Date(clock.now());
    const cached = await readSyncState(cache, sync.key);
    const known = cached ?? (await restoreState(database, sync.key));
    const isWaiting = known.notBefore !== null && Date.parse(known.notBefore) > now.getTime();
    const result = isWaiting
      ? { state: known, askedDatabase: false }
      : await work(sync, known, now).catch((error: unknown) => {
          if (!(error instanceof OktaError)) throw error;
          report({ kind: "synced", sync: handler.name, ...noCounts, problem: error.message });
          const problem = problemOf(known, now, error.kind, error.message);
          return { state: { ...known, problem }, askedDatabase: true };
        });
    if (result.state !== cached) await writeSyncState(cache, sync.key, result.state);
    results.push({
      sync: handler.name,
      ...result,
      askedDatabase: result.askedDatabase || cached === undefined,
    });
  }
  return results;
}

/** How a sync stands whose state is lost: where everybody was loaded once, all are compared. */
async function restoreState(database: Database, key: SyncKey): Promise<SyncState> {
  const comparedAt = await readCompared(database, key);
  const last = comparedAt && { endedAt: comparedAt.toISOString(), counts: noCounts, failure: null };
  return { ...newSyncState, last };
}
