/**
 * Runs handlers again: for one event, or for all that is dead. A replay is a new run with tries of its own; the old one
 * stays as history. Its id follows from the run it repeats, so two replays at once are one.
 */
import type { Handler } from "../../handlers/define-handler.ts";
import { handlersFor } from "../../handlers/handler-list.ts";
import { listHandlerRuns } from "./list-handler-runs.ts";
import { DEAD_LETTERS_QUEUE, type NewRun, RUNS_QUEUE, type RunData } from "./queue.ts";
import { rerunId, runId } from "./run-id.ts";
import { WORK_TIMEOUT_MS, type Work } from "./work.ts";

/** What a replay of an event came to. Run the due work afterwards. */
export type Replayed =
  | { readonly outcome: "unknown-event" }
  /** Past its retention: there is nothing to give to a handler. */
  | { readonly outcome: "payload-gone" }
  /** No handler listens to this type of event, or not the one that was named. */
  | { readonly outcome: "no-handler"; readonly eventType: string }
  | {
      readonly outcome: "queued";
      /** Handlers that will run. */
      readonly handlers: readonly string[];
      /** Handlers that are running it at this moment; they were left alone. */
      readonly running: readonly string[];
    };

/** Queues an event again for each of its handlers, or for the one that is named. */
export async function replay(work: Work, uuid: string, handlerName?: string): Promise<Replayed> {
  const { database, queue, handlers } = work;
  const { rows } = await database.query<{ event_type: string; has_payload: boolean }>(
    "select event_type, payload is not null as has_payload from events where uuid = $1",
    [uuid],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const [event] = rows;
  if (!event) return { outcome: "unknown-event" };
  const { event_type: eventType } = event;
  if (!event.has_payload) return { outcome: "payload-gone" };
  const wanted = handlersFor(handlers, eventType).filter(
    ({ name }) => handlerName === undefined || name === handlerName,
  );
  if (wanted.length === 0) return { outcome: "no-handler", eventType };

  const runs = await listHandlerRuns(database, [uuid]);
  const latest = new Map(runs.map((run) => [run.handler, run]));
  const isAt = (states: readonly string[]) => (handler: Handler) =>
    states.includes(latest.get(handler.name)?.state ?? "none");
  const again = wanted.filter(isAt(["none", "done", "dead"])).map(({ name, retries }): NewRun => {
    const previous = latest.get(name)?.runId;
    const id = previous === undefined ? runId(uuid, name) : rerunId(previous);
    return { id, uuid, eventType, handler: name, retries };
  });
  await queue.add(again);
  await bringForward(
    work,
    wanted.filter(isAt(["waiting", "retrying"])).map(({ name }) => latest.get(name)?.runId),
  );
  await forgetDeadLetters(work, uuid, again);
  const running = wanted.filter(isAt(["running"]));
  const names = (list: readonly Handler[]) => list.map(({ name }) => name);
  return {
    outcome: "queued",
    handlers: names(wanted.filter((handler) => !running.includes(handler))),
    running: names(running),
  };
}

/** What a replay of all dead letters came to. */
export interface DeadReplayed {
  readonly queued: number;
  /** Dead letters that stay: their handler is gone, or their event's payload. */
  readonly left: number;
}

const DEAD_AT_ONCE = 500;

/** Queues every dead letter again that a handler can still take. */
export async function replayDead({ database, queue, handlers }: Work): Promise<DeadReplayed> {
  const byName = new Map(handlers.map((handler) => [handler.name, handler]));
  const count = { queued: 0, left: 0 };
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const { rows } = await database.query<{
      id: string;
      source_id: string;
      data: RunData;
      has_payload: boolean;
    }>(
      `select id, source_id, data, exists (
         select from events where uuid = singleton_key and payload is not null
       ) as has_payload
       from pgboss.job where name = $1 and state < 'active' and id > $2::uuid
       order by id limit ${DEAD_AT_ONCE}`,
      [DEAD_LETTERS_QUEUE, after],
      { timeoutMs: WORK_TIMEOUT_MS },
    );
    const ready = rows.flatMap((row) => {
      const handler = byName.get(row.data.handler);
      return handler && row.has_payload ? [{ dead: row, retries: handler.retries }] : [];
    });
    // First the run, then the dead letter's end: after a crash in between the next replay adds the same run, not another.
    await queue.add(
      ready.map(({ dead, retries }) => ({ ...dead.data, id: rerunId(dead.source_id), retries })),
    );
    await queue.removeDeadLetters(ready.map(({ dead }) => dead.id));
    count.queued += ready.length;
    count.left += rows.length - ready.length;
    const last = rows.at(-1);
    if (!last || rows.length < DEAD_AT_ONCE) return count;
    after = last.id;
  }
}

/** A run that waits for its time is due now. */
async function bringForward({ database }: Work, runIds: readonly (string | undefined)[]): Promise<void> {
  if (runIds.length === 0) return;
  await database.query(
    `update pgboss.job set start_after = pgboss.job_now()
     where name = $1 and id = any($2::uuid[]) and state < 'active' and start_after > pgboss.job_now()`,
    [RUNS_QUEUE, runIds],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
}

/**
 * The dead letters of an event that a new run makes up for. A run that ends in this very moment, an older one that goes on or
 * the new one itself, keeps its own.
 */
async function forgetDeadLetters({ database, queue }: Work, uuid: string, newRuns: readonly NewRun[]) {
  if (newRuns.length === 0) return;
  const { rows } = await database.query<{ id: string }>(
    `select id from pgboss.job
     where name = $1 and singleton_key = $2 and data ->> 'handler' = any($3::text[]) and source_id <> all($4::uuid[])`,
    [DEAD_LETTERS_QUEUE, uuid, newRuns.map(({ handler }) => handler), newRuns.map(({ id }) => id)],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  await queue.removeDeadLetters(rows.map(({ id }) => id));
}
