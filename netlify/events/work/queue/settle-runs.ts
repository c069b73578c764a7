/** Ends tries and takes the next runs, in one statement: see the migration `…_baseline.sql`. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import type { RunIdentity } from "./queue-runs.ts";

/** A run that was taken. It is ours until its lease ends, two minutes later. */
export interface TakenRun extends RunIdentity {
  /** All tries that were begun, this one included: who ends the try gives it. */
  readonly tries: number;
  /** Failures that count, since it was queued or replayed. */
  readonly failures: number;
  /** For how long it was put off, since it was queued or replayed. */
  readonly postponedMs: number;
  /** Whether a newer event of its key has begun before. */
  readonly late: boolean;
  readonly key: string | null;
}

/** How a try ended. */
export type TryResult = { readonly run: TakenRun } & (
  | { readonly outcome: "done" }
  /** It is tried again after `delayMs`, unless that was its last try. `aborted`: it says nothing about how its handler does. */
  | ({ readonly outcome: "failed" | "aborted"; readonly delayMs: number } & Failure)
  /** It is tried again, and that costs no try. */
  | { readonly outcome: "postponed"; readonly delayMs: number; readonly error: string }
  /** There is no further try. */
  | ({ readonly outcome: "dead" } & Failure)
);

interface Failure {
  readonly error: string;
  readonly fingerprint: string;
}

/** What became of a try that is not `done`. */
export interface UnfinishedRun {
  readonly uuid: string;
  readonly handler: string;
  readonly isDead: boolean;
  /** Until its next try; null: it is dead, or waits for the circuit of its handler. */
  readonly dueInMs: number | null;
}

/** A handler that succeeded again, or whose circuit was opened. */
export interface HandlerChange {
  readonly handler: string;
  /** A success closes the circuit; `recovered`: it was not open. */
  readonly change: "circuit-opened" | "circuit-closed" | "recovered";
  /** The first failure of the handler in a row, and how many there were. */
  readonly since: Date;
  readonly failures: number;
}

/** What a settlement came to. */
export interface Settlement {
  readonly taken: readonly TakenRun[];
  readonly unfinished: readonly UnfinishedRun[];
  readonly handlers: readonly HandlerChange[];
}

/**
 * Ends tries, then takes due runs. A try that somebody else has taken over is left to them.
 * @param options.take how many runs are taken at most; nobody else gets them
 * @param options.withoutCircuit handlers whose circuit stays closed
 * @throws {DatabaseError}
 */
export async function settleRuns(
  database: Database,
  results: readonly TryResult[],
  { take, withoutCircuit = [] }: { readonly take: number; readonly withoutCircuit?: readonly string[] },
): Promise<Settlement> {
  if (results.length === 0 && take <= 0) return { taken: [], unfinished: [], handlers: [] };
  const { rows } = await database.query<{ settled: SettlementRow | null }>(
    "select settle_runs($1, $2, $3) as settled",
    [cells(results), take, withoutCircuit],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const { taken, unfinished, handlers } = rows[0]?.settled ?? {};
  return {
    taken: (taken ?? []).map(readTakenRun),
    unfinished: (unfinished ?? []).map(({ uuid, handler, dead, circuit_open, due_in_ms }) => ({
      uuid,
      handler,
      isDead: dead,
      dueInMs: dead || circuit_open ? null : due_in_ms,
    })),
    handlers: (handlers ?? []).map((change) => ({ ...change, since: new Date(change.since) })),
  };
}

/** A taken run as its row has it. */
export interface TakenRow {
  readonly event_uuid: string;
  readonly handler: string;
  readonly event_type: string;
  readonly tries: number;
  readonly failures: number;
  readonly postponed_ms: number;
  readonly late: boolean;
  readonly key: string | null;
}

/** Reads a run that was taken. */
export function readTakenRun(row: TakenRow): TakenRun {
  const { event_uuid: uuid, event_type: eventType, postponed_ms: postponedMs, ...rest } = row;
  return { uuid, eventType, postponedMs, ...rest };
}

interface SettlementRow {
  readonly taken?: readonly TakenRow[] | null;
  readonly unfinished?:
    | readonly {
        readonly uuid: string;
        readonly handler: string;
        readonly dead: boolean;
        readonly circuit_open: boolean;
        readonly due_in_ms: number;
      }[]
    | null;
  readonly handlers?: readonly (Omit<HandlerChange, "since"> & { readonly since: string })[] | null;
}

/**
 * The tries' columns, one after the other, in the order of `settle_runs`. Sorted: two who lock rows of the same runs lock them in the same
 * order.
 */
function cells(unsorted: readonly TryResult[]): (string | null)[] {
  const keyOf = ({ run }: TryResult) => `${run.uuid} ${run.handler}`;
  const results =
    unsorted.length > 1 ? unsorted.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)) : unsorted;
  return [
    ...results.map(({ run }) => run.uuid),
    ...results.map(({ run }) => run.handler),
    ...results.map(({ run }) => String(run.tries)),
    ...results.map(({ run }) => run.key),
    ...results.map(({ outcome }) => outcome),
    ...results.map((result) => ("delayMs" in result ? String(result.delayMs) : null)),
    ...results.map((result) => ("error" in result ? result.error : null)),
    ...results.map((result) => ("fingerprint" in result ? result.fingerprint : null)),
  ];
}
