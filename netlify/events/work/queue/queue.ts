/**
 * The queue: pg-boss, driven from outside. It is never started, so it has no worker, no timer and no connection of its own:
 * each call below is one statement. The schema and the two queues come with a migration.
 */
import { PgBoss } from "pg-boss";
import type { Database } from "../../database/database.ts";
import { storableText } from "../failure-text.ts";
import { DEAD_LETTERS_QUEUE, RUNS_QUEUE } from "./queue-names.ts";

export { DEAD_LETTERS_QUEUE, RUNS_QUEUE };

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

/** The queue, as the work uses it. Each call throws a `DatabaseError` when the database does. */
export interface Queue {
  /**
   * Adds runs that are due at once. One whose id is in the queue already, in whatever state, is left as it is.
   * @returns the ids that were added
   */
  add(runs: readonly NewRun[]): Promise<readonly string[]>;
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
const QUEUE_TIMEOUT_MS = 10_000;

/**
 * One statement's worth of runs. `netlify dev`'s engine may bind a statement of more than 64 KiB to another
 * connection's text, and a run takes some 350 bytes.
 */
const ADDED_AT_ONCE = 100;

/** Opens the queue over a database. It costs nothing until it is used. */
export function openQueue(database: Database): Queue {
  const boss = new PgBoss({
    db: {
      async executeSql(text, values = []) {
        const { rows } = await database.query(text, values, { timeoutMs: QUEUE_TIMEOUT_MS });
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
  const job = ({ id, uuid, eventType, handler, retries }: NewRun) => ({
    id,
    data: { uuid, eventType, handler } satisfies RunData,
    // All jobs of an event are found by this key; see the migration. It does not make them unique: the id does.
    singletonKey: uuid,
    retryLimit: retries,
  });
  /** Not ids but attempts: a try that lost its run to another one can neither complete nor fail that. */
  const attempts = (runs: readonly TakenRun[]) =>
    runs.map(({ id, attempt }) => ({ id, retryCount: attempt - 1 }));
  const fail = async (runs: readonly TakenRun[], error: string) => {
    if (runs.length > 0) await boss.fail(RUNS_QUEUE, attempts(runs), { message: storableText(error) });
  };

  return {
    async add(runs) {
      const added: string[] = [];
      for (let start = 0; start < runs.length; start += ADDED_AT_ONCE) {
        const slice = runs.slice(start, start + ADDED_AT_ONCE).map(job);
        added.push(...((await boss.insert(RUNS_QUEUE, slice, { returnId: true })) ?? []));
      }
      return added;
    },
    async take(limit) {
      const jobs = await boss.fetch<RunData>(RUNS_QUEUE, { batchSize: limit, includeMetadata: true });
      return jobs.map(({ id, data, retryCount, retryLimit }) => ({
        ...data,
        id,
        attempt: retryCount + 1,
        last: retryCount >= retryLimit,
      }));
    },
    async complete(runs) {
      if (runs.length > 0) await boss.complete(RUNS_QUEUE, attempts(runs));
    },
    fail,
    async giveUp(run, error) {
      await database.query(
        `update pgboss.job set retry_limit = retry_count
         where name = $1 and id = $2 and state = 'active' and retry_count = $3`,
        [RUNS_QUEUE, run.id, run.attempt - 1],
        { timeoutMs: QUEUE_TIMEOUT_MS },
      );
      await fail([run], error);
    },
    async removeDeadLetters(ids) {
      if (ids.length > 0) await boss.deleteJob(DEAD_LETTERS_QUEUE, [...ids]);
    },
  };
}
