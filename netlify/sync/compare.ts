/**
 * Compares an org's list with what a sync has applied: what is new or changed is applied from the list, who is not in it is asked for by
 * id, and removed where Okta has none any more. In slices: what a killed one had applied, the next one finds applied.
 */
import type { Clock } from "../base/clock.ts";
import type { Database } from "../events/database/database.ts";
import {
  beginReads,
  countListed,
  countUnseen,
  type EndedRead,
  endReads,
  findUnseen,
  markCompared,
  readStanding,
  type SyncKey,
  takeListed,
} from "../events/sync/sync-entries.ts";
import { CONCURRENCY } from "../events/work/run-due-work.ts";
import { tryHandler } from "../events/work/run-handler.ts";
import type { Reporter } from "../events/work/work-report.ts";
import type { SyncHandler } from "../handler-kit/define-sync.ts";
import { RetryAfterError } from "../handler-kit/handler-error.ts";
import type { OktaDirectory, OktaGroup, OktaUser } from "../handler-kit/okta.ts";
import type { Directory, Listed } from "../okta/directory/open-directory.ts";
import { OktaError } from "../okta/okta-error.ts";
import type { Environment } from "../settings/environment.ts";
import { COUNTED, type Comparison, newComparison, type SyncCounts } from "./state.ts";

/** What a list is read and applied with. */
export interface SyncContext {
  readonly handler: SyncHandler;
  readonly key: SyncKey;
  readonly directory: Directory;
  readonly database: Database;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly report: Reporter;
  /** Then nothing more is begun, in milliseconds since 1970. */
  readonly deadline: number;
}

/** How far a slice came. */
export interface Slice<Progress> {
  readonly progress: Progress;
  /** `failing`: nothing could be applied. `many-gone`: more are missing than may be removed unasked. `paused`: the sync is. */
  readonly outcome: "ended" | "out-of-time" | "failing" | "many-gone" | "paused";
  /** `out-of-time`: before that Okta gives nothing more, in milliseconds since 1970. */
  readonly waitUntil?: number;
  /** Of a comparison whose list is read: who is there as far as is known, and how many of them are not in the list. */
  readonly missing?: { readonly unseen: number; readonly present: number };
}

/** How far the changes since a time are read. */
export type Changes = Pick<Comparison, "next" | "counts" | "failure">;

/** What a page or a batch came to. */
interface Applied {
  readonly counts: Partial<SyncCounts>;
  readonly failure: string | null;
  /** Why it came no further; undefined: it is through. */
  readonly stop?: Pick<Slice<never>, "outcome" | "waitUntil">;
}

/** When so many fail and none does not, the owner's database is away, say. */
const MAX_FAILURES = 10;
/** Asked for by id, for one statement. */
const ASK_BATCH_SIZE = 50;
/** Of those who are there, as many are removed unasked: an app whose role was narrowed sees nobody. */
const MAX_MISSING_PART = 0.1;

/**
 * Goes on with a comparison.
 * @param from null: it begins
 * @param dryRun only counts: nothing is applied, and nobody asked for by id
 * @throws {OktaError | DatabaseError} what was applied before stays
 */
export async function compare(
  context: SyncContext,
  from: Comparison | null,
  dryRun: boolean,
): Promise<Slice<Comparison>> {
  const { database, key } = context;
  const { now, paused } = await readStanding(database, key.sync);
  let progress = from ?? newComparison(now);
  if (paused && !dryRun) return { progress, outcome: "paused" };
  if (progress.phase === "list") {
    const slice = await readList(context, progress, { since: new Date(0), askedAt: now, dryRun });
    if (slice.outcome !== "ended") return slice;
    // Whoever could not be applied from the list is asked for by id: what fails then has failed.
    const counts = { ...slice.progress.counts, failed: 0 };
    progress = { ...slice.progress, counts, failure: null, phase: "ask", next: "" };
  }
  const { present, unseen } = await countUnseen(database, key, progress.startedAt);
  if (dryRun) {
    const missing = { present, unseen: Math.max(0, present - progress.counts.known) };
    return { progress, outcome: "ended", missing };
  }
  if (unseen > present * MAX_MISSING_PART && !progress.mayRemoveMany) {
    return { progress, outcome: "many-gone", missing: { present, unseen } };
  }
  const slice = await askUnseen(context, progress);
  if (slice.outcome === "ended") await markCompared(database, key, progress.startedAt);
  return slice;
}

/**
 * Reads on what changed since a time. A page without changes asks the database nothing.
 * @throws {OktaError | DatabaseError}
 */
export async function readChanges(context: SyncContext, from: Changes, since: Date): Promise<Slice<Changes>> {
  return await readList(context, from, { since, askedAt: null, dryRun: false });
}

interface ListOptions {
  readonly since: Date;
  /** A time before the first page is asked for, by the database's clock; null: it is read once there is something to apply. */
  readonly askedAt: string | null;
  readonly dryRun: boolean;
}

async function readList<Progress extends Changes>(
  context: SyncContext,
  from: Progress,
  { since, askedAt: first, dryRun }: ListOptions,
): Promise<Slice<Progress>> {
  const { clock, deadline, directory, database, key, handler } = context;
  const signal = AbortSignal.timeout(Math.max(1, deadline - clock.now()));
  let progress = from;
  let askedAt = first;
  while (clock.now() < deadline) {
    let page: Listed;
    try {
      page = await directory.list({ of: handler.sync.of, since, next: progress.next }, signal);
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof RetryAfterError) {
        return { progress, outcome: "out-of-time", waitUntil: clock.now() + error.delayMs(clock.now()) };
      }
      // Okta does not know the place any more: from the beginning, where what was applied is found applied.
      if (!(error instanceof OktaError) || error.kind !== "refused" || progress.next === null) throw error;
      progress = { ...progress, next: null };
      continue;
    }
    if (page.entries.length > 0 && askedAt === null) {
      const standing = await readStanding(database, key.sync);
      if (standing.paused) return { progress, outcome: "paused" };
      // What is compared with times of the database has to be asked for after one of them.
      askedAt = standing.now;
      continue;
    }
    if (page.entries.length > 0 && askedAt !== null) {
      const applied = dryRun ? await countPage(context, page) : await applyPage(context, page, askedAt);
      progress = add(progress, applied);
      askedAt = applied.now ?? askedAt;
      if (applied.stop) return { progress, ...applied.stop };
    }
    progress = add({ ...progress, next: page.next }, { counts: { listed: page.entries.length } });
    if (page.next === null) return { progress, outcome: "ended" };
  }
  return { progress, outcome: "out-of-time" };
}

/** Applies what is new or changed of a page. */
async function applyPage(
  context: SyncContext,
  page: Listed,
  askedAt: string,
): Promise<Applied & { readonly now: string }> {
  const { database, key } = context;
  const entries = [...new Map(page.entries.map((entry) => [entry.id, entry])).values()];
  const taken = await takeListed(database, key, askedAt, entries);
  const { reads, ...applied } = await applyAll(
    context,
    entries.flatMap((entry) => {
      const version = taken.get(entry.id) ?? null;
      if (version === null) return [];
      const read = async () => {
        if ("value" in entry) return entry.value;
        throw new Error(entry.problem);
      };
      return [{ id: entry.id, version, read }];
    }),
  );
  const versions = new Map(reads.map(({ id, version }) => [id, version]));
  const ended = entries.map(({ id, lastUpdated }) => ({
    id,
    version: versions.get(id) ?? null,
    lastUpdated,
  }));
  const now = await endReads(database, key, ended, "listed");
  const left = [...taken.values()].filter((version) => version === null).length;
  return { ...applied, now, counts: { ...applied.counts, applied: reads.length, left } };
}

/** Counts what would be applied of a page. */
async function countPage(
  { database, key }: SyncContext,
  { entries }: Listed,
): Promise<Applied & { readonly now: null }> {
  const { changed, known } = await countListed(database, key, entries);
  return { now: null, counts: { applied: changed, known }, failure: null };
}

/** Asks by id for everybody who was not in the list, or whose read did not end. */
async function askUnseen(context: SyncContext, from: Comparison): Promise<Slice<Comparison>> {
  const { clock, deadline, database, key, handler } = context;
  let progress = from;
  while (clock.now() < deadline) {
    const ids = await findUnseen(database, key, {
      since: progress.startedAt,
      after: progress.next ?? "",
      count: ASK_BATCH_SIZE,
    });
    const last = ids.at(-1);
    if (last === undefined) return { progress, outcome: "ended" };
    const begun = await beginReads(database, key, ids);
    const { reads, ...applied } = await applyAll(
      context,
      begun.map(({ id, version }) => ({ id, version, read: (okta) => okta[handler.sync.of](id) })),
    );
    await endReads(database, key, reads, "by-id");
    const removed = reads.filter(({ lastUpdated }) => lastUpdated === null).length;
    progress = add(progress, { ...applied, counts: { ...applied.counts, removed } });
    if (applied.stop) return { progress, ...applied.stop };
    progress = { ...progress, next: last };
  }
  return { progress, outcome: "out-of-time" };
}

/** One entry to apply. */
interface Application {
  readonly id: string;
  readonly version: number;
  read(okta: OktaDirectory): Promise<OktaUser | OktaGroup | null>;
}

/** Applies entries, several at a time, each within the time of a run of the sync. */
async function applyAll(
  context: SyncContext,
  applications: readonly Application[],
): Promise<Applied & { readonly reads: readonly EndedRead[] }> {
  const { handler, clock, deadline } = context;
  const reads: EndedRead[] = [];
  const failures: string[] = [];
  let stop: Applied["stop"];
  const waiting = applications.values();
  const applyNext = async () => {
    for (const { id, version, read } of waiting) {
      if (clock.now() >= deadline) stop ??= { outcome: "out-of-time" };
      if (failures.length >= MAX_FAILURES && reads.length === 0) stop ??= { outcome: "failing" };
      if (stop) return;
      let lastUpdated: string | null = null;
      const tried = await tryHandler(handler, id, context, async (run) => {
        const entry = await read(run.okta);
        await handler.sync.apply(entry, { ...run, id, version });
        lastUpdated = entry?.lastUpdated ?? null;
      });
      if (tried.outcome === "done") reads.push({ id, version, lastUpdated });
      else if (tried.outcome === "postponed") {
        stop ??= { outcome: "out-of-time", waitUntil: clock.now() + tried.delayMs };
      } else failures.push(tried.error);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, applyNext));
  return { reads, counts: { failed: failures.length }, failure: failures[0] ?? null, ...(stop && { stop }) };
}

/** Adds to what was counted; the first failure stays. */
function add<Progress extends Changes>(
  progress: Progress,
  {
    counts: added,
    failure = null,
  }: { readonly counts: Partial<SyncCounts>; readonly failure?: string | null },
): Progress {
  const counts = { ...progress.counts };
  for (const name of COUNTED) counts[name] += added[name] ?? 0;
  return { ...progress, counts, failure: progress.failure ?? failure };
}
