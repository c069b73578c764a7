/** Adds runs to the table `runs`: see the migration `…_baseline.sql`. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import type { TakenRun } from "./settle-runs.ts";

/** What a run is about. There is one run at most of an event and a handler. */
export interface RunIdentity {
  readonly uuid: string;
  readonly eventType: string;
  readonly handler: string;
}

/** A run to be queued. */
export interface NewRun extends RunIdentity {
  /** How often it is tried again after its first failure. */
  readonly retries: number;
  /** When its event was published, in ISO 8601. */
  readonly published: string;
  /** The runs of a handler with one key are a line. Null: it is in none. */
  readonly key: string | null;
  /** Whether a newer run of its line supersedes it while it waits. */
  readonly latest: boolean;
  readonly cause: RunCause;
  /** Why its key cannot be known: it is queued as a dead letter. */
  readonly failure?: { readonly error: string; readonly fingerprint: string };
}

/** `catch-up`: its event was fetched from the System Log. */
export type RunCause = "event" | "catch-up" | "replay";

/** What is noted together with the runs: how far their deliveries are queued. */
export interface QueuedDeliveries {
  readonly ids: readonly string[];
  /** Events at places before this one are queued. Null: all are. */
  readonly until: number | null;
  readonly at: Date;
  /** How long the answer to the only one of them took. */
  readonly answerMs?: number | undefined;
}

/** What one statement takes. A run has some 150 bytes. */
export const RUN_BATCH_SIZE = 1_000;

const limit = { timeoutMs: WORK_TIMEOUT_MS };

/**
 * Adds runs that are due at once, up to `RUN_BATCH_SIZE` of them, in one statement. One that is there already, in whatever state, is left
 * as it is.
 * @param take of the first so many, those that may begin are taken in the same moment
 * @returns how many were added, and the runs that were taken
 * @throws {DatabaseError}
 */
export async function queueRuns(
  database: Database,
  runs: readonly NewRun[],
  { take = 0, deliveries }: { readonly take?: number; readonly deliveries?: QueuedDeliveries } = {},
): Promise<{ readonly queued: number; readonly taken: readonly TakenRun[] }> {
  if (runs.length === 0 && deliveries === undefined) return { queued: 0, taken: [] };
  const sorted = sortLines(runs);
  const { rows } = await database.query<{ queued: [count: number, ...places: number[]] }>(
    "select queue_runs($1, $2, $3, $4, $5, $6) as queued",
    [
      cells(sorted),
      take,
      deliveries?.ids ?? [],
      deliveries?.until ?? null,
      deliveries?.at.toISOString() ?? null,
      deliveries?.answerMs ?? null,
    ],
    limit,
  );
  const [queued = 0, ...places] = rows[0]?.queued ?? [];
  const taken = places.flatMap((place): TakenRun[] => {
    const run = sorted[Math.abs(place) - 1];
    if (run === undefined) return [];
    const { uuid, eventType, handler, key } = run;
    return [{ uuid, eventType, handler, key, late: place < 0, tries: 1, failures: 0, postponedMs: 0 }];
  });
  return { queued, taken };
}

/** Of those with one key, the one that is to begin first comes first: the oldest, or with `latest` the newest. */
function sortLines(runs: readonly NewRun[]): readonly NewRun[] {
  if (runs.every(({ key }) => key === null)) return runs;
  const byPublished = (one: NewRun, other: NewRun) =>
    one.published < other.published ? -1 : one.published > other.published ? 1 : 0;
  const oldestFirst = runs.filter(({ latest }) => !latest).toSorted(byPublished);
  const newestFirst = runs.filter(({ latest }) => latest).toSorted((one, other) => byPublished(other, one));
  return [...oldestFirst, ...newestFirst];
}

/** The runs' columns, one after the other, in the order of `queue_runs`. */
function cells(runs: readonly NewRun[]): (string | null)[] {
  return [
    ...runs.map(({ uuid }) => uuid),
    ...runs.map(({ eventType }) => eventType),
    ...runs.map(({ handler }) => handler),
    ...runs.map(({ retries }) => String(retries)),
    ...runs.map(({ published }) => published),
    ...runs.map(({ latest }) => String(latest)),
    ...runs.map(({ key }) => key),
    ...runs.map(({ cause }) => cause),
    ...runs.map(({ failure }) => failure?.error ?? null),
    ...runs.map(({ failure }) => failure?.fingerprint ?? null),
  ];
}
