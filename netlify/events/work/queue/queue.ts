/**
 * The queue: pg-boss's tables, driven from outside. It is never started, so it has no worker, no timer and no connection of its
 * own: each call below is one statement. The schema and the two queues come with a migration, and so do the three functions that
 * add, take and complete runs: every delivery calls them. What is rare, failing above all, pg-boss does itself.
 */
import type { PgBoss } from "pg-boss";
import type { Database } from "../../database/database.ts";
import { storableText } from "../failure-text.ts";
import { DEAD_LETTERS_QUEUE, RUNS_QUEUE } from "./queue-names.ts";

/** What a run is about; also what its job carries. */
export interface RunData {
  readonly uuid: string;
  readonly eventType: string;
  readonly handler: string;
}

/** A run to be queued. */
export interface NewRun extends RunData {
  readonly id: string;
  /** How often it is tried again after its first failure. */
  readonly retries: number;
}

/** A run that was taken. It is ours until it expires. */
export interface TakenRun extends RunData {
  readonly id: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Whether a failure of this try is final. */
  readonly last: boolean;
}

/** What is noted together with the runs: their deliveries are queued. */
export interface QueuedDeliveries {
  readonly ids: readonly string[];
  readonly at: Date;
  /** How long the answer to the only one of them took. */
  readonly answerMs?: number | undefined;
}

/** The queue, as the work uses it. Each call throws a `DatabaseError` when the database does. */
export interface Queue {
  /**
   * Adds runs that are due at once. One whose id is in the queue already, in whatever state, is left as it is.
   * @param take so many of them, 100 at most, are taken in the same moment
   * @param deliveries noted as queued together with the last of the runs
   * @returns the ids that were added, and the runs that were taken
   */
  add(
    runs: readonly NewRun[],
    options?: { readonly take?: number; readonly deliveries?: QueuedDeliveries },
  ): Promise<{ readonly added: readonly string[]; readonly taken: readonly TakenRun[] }>;
  /** Takes up to `limit` due runs, oldest first. Nobody else gets them. */
  take(limit: number): Promise<readonly TakenRun[]>;
  /** Notes that runs are done. One that was taken by somebody else in the meantime is left to them. */
  complete(runs: readonly TakenRun[]): Promise<void>;
  /** Notes that tries failed: they are tried again later, or were the last and become dead letters. */
  fail(runs: readonly TakenRun[], error: string): Promise<void>;
  /** Makes a dead letter at once, whatever tries are left. */
  giveUp(run: TakenRun, error: string): Promise<void>;
  /** Takes dead letters away. */
  removeDeadLetters(ids: readonly string[]): Promise<void>;
}

/** How long one statement of the queue may take. */
const limit = { timeoutMs: 10_000 };

/**
 * One statement's worth of runs. `netlify dev`'s engine may bind a statement of more than 64 KiB to another
 * connection's text, and a run takes some 350 bytes.
 */
const ADDED_AT_ONCE = 100;

/** Opens the queue over a database. It costs nothing until it is used. */
export function openQueue(database: Database): Queue {
  let opened: Promise<PgBoss> | undefined;
  const boss = () => {
    opened ??= openBoss(database);
    return opened;
  };
  /** Tells the try as well as the run: a try whose run somebody else has taken over can neither complete nor fail it. */
  const fail = async (runs: readonly TakenRun[], error: string) => {
    if (runs.length === 0) return;
    const attempts = runs.map(({ id, attempt }) => ({ id, retryCount: attempt - 1 }));
    await (await boss()).fail(RUNS_QUEUE, attempts, { message: storableText(error) });
  };

  return {
    async add(runs, { take = 0, deliveries } = {}) {
      const added: string[] = [];
      // Without runs there may still be deliveries to note.
      const slices = Math.max(Math.ceil(runs.length / ADDED_AT_ONCE), deliveries ? 1 : 0);
      for (let number = 0; number < slices; number += 1) {
        const slice = runs.slice(number * ADDED_AT_ONCE, (number + 1) * ADDED_AT_ONCE);
        const noted = number === slices - 1 ? deliveries : undefined;
        const { rows } = await database.query<{ added: string[] }>(
          "select queue_runs($1, $2, $3, $4, $5) as added",
          [
            cells(slice),
            number === 0 ? take : 0,
            noted?.ids ?? [],
            noted?.at.toISOString() ?? null,
            noted?.answerMs ?? null,
          ],
          limit,
        );
        added.push(...(rows[0]?.added ?? []));
      }
      const isAdded = new Set(added);
      const taken = runs
        .slice(0, take)
        .filter(({ id }) => isAdded.has(id))
        .map(({ retries, ...run }) => ({ ...run, attempt: 1, last: retries === 0 }));
      return { added, taken };
    },
    async take(most) {
      const { rows } = await database.query<{ taken: TakenRow[] | null }>(
        "select take_runs($1) as taken",
        [most],
        limit,
      );
      return (rows[0]?.taken ?? []).map(({ id, data, retry_count, retry_limit }) => ({
        ...data,
        id,
        attempt: retry_count + 1,
        last: retry_count >= retry_limit,
      }));
    },
    async complete(runs) {
      if (runs.length === 0) return;
      await database.query(
        "select complete_runs($1, $2)",
        [runs.map(({ id }) => id), runs.map(({ id, attempt }) => `${id}:${attempt - 1}`)],
        limit,
      );
    },
    fail,
    async giveUp(run, error) {
      await database.query(
        `update pgboss.job set retry_limit = retry_count
         where name = $1 and id = $2 and state = 'active' and retry_count = $3`,
        [RUNS_QUEUE, run.id, run.attempt - 1],
        limit,
      );
      await fail([run], error);
    },
    async removeDeadLetters(ids) {
      if (ids.length > 0) await (await boss()).deleteJob(DEAD_LETTERS_QUEUE, [...ids]);
    },
  };
}

/** A row of `take_runs`. */
interface TakenRow {
  readonly id: string;
  readonly data: RunData;
  readonly retry_count: number;
  readonly retry_limit: number;
}

/** The runs' columns, one after the other, in the order of `queue_runs`. All runs of an event are found by its `uuid`. */
function cells(runs: readonly NewRun[]): string[] {
  return [
    ...runs.map(({ id }) => id),
    ...runs.map(({ uuid }) => uuid),
    ...runs.map(({ eventType }) => eventType),
    ...runs.map(({ handler }) => handler),
    ...runs.map(({ retries }) => String(retries)),
  ];
}

/** Loads pg-boss, which takes a new instance a quarter of a second, when something fails. */
async function openBoss(database: Database): Promise<PgBoss> {
  const { PgBoss } = await import("pg-boss");
  return new PgBoss({
    db: {
      async executeSql(text, values = []) {
        const { rows } = await database.query(text, values, limit);
        return { rows: [...rows] };
      },
    },
    schema: "pgboss",
    migrate: false,
    createSchema: false,
    supervise: false,
    schedule: false,
    registerInstance: false,
  });
}
