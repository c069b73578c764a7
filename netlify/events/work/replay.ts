/**
 * Runs handlers again: for one event, or for all that is dead. A replay is a new run with tries of its own; the old one
 * stays as history. Its id follows from the run it repeats, so two replays at once are one.
 */
import type { Handler } from "../../handler-kit/define-handler.ts";
import { handlersFor } from "../../handler-kit/handler-list.ts";
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { leavesOut } from "./leaves-out.ts";
import { readPayload } from "./load-events.ts";
import { type DeadFilter, listReplacedDeadLetters, walkDeadLetters } from "./queue/dead-letters.ts";
import { listHandlerRuns } from "./queue/list-handler-runs.ts";
import type { NewRun } from "./queue/queue.ts";
import { bringForward } from "./queue/retries.ts";
import { rerunId, runId } from "./queue/run-id.ts";
import type { Work } from "./work.ts";

/** What a replay of an event came to. Run the due work afterwards. */
export type ReplayOutcome =
  | { readonly outcome: "unknown-event" }
  /** Past its retention: there is nothing to give to a handler. */
  | { readonly outcome: "payload-gone" }
  /** No handler listens to this type of event, or not the one that was named. */
  | { readonly outcome: "no-handler"; readonly eventType: string }
  /** Handlers listen to it, and the `when` of each leaves it out. */
  | { readonly outcome: "left-out" }
  | {
      readonly outcome: "queued";
      /** Handlers that will run. */
      readonly handlers: readonly string[];
      /** Handlers that are running it at this moment; they were left alone. */
      readonly running: readonly string[];
    };

/** Queues an event again for each of its handlers, or for the one that is named. */
export async function replay(work: Work, uuid: string, handlerName?: string): Promise<ReplayOutcome> {
  const { database, queue, handlers } = work;
  const { rows } = await database.query<{ event_type: string; payload: string | null }>(
    "select event_type, payload from events where uuid = $1",
    [uuid],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const [event] = rows;
  if (!event) return { outcome: "unknown-event" };
  const { event_type: eventType, payload } = event;
  if (payload === null) return { outcome: "payload-gone" };
  const listening = handlersFor(handlers, eventType).filter(
    ({ name }) => handlerName === undefined || name === handlerName,
  );
  if (listening.length === 0) return { outcome: "no-handler", eventType };
  const wanted = listening.filter((handler) => !leavesOut(handler, () => readPayload(payload)));
  if (wanted.length === 0) return { outcome: "left-out" };

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
    database,
    wanted.filter(isAt(["waiting", "retrying"])).flatMap(({ name }) => latest.get(name)?.runId ?? []),
  );
  await queue.removeDeadLetters(await listReplacedDeadLetters(database, uuid, again));
  const running = wanted.filter(isAt(["running"]));
  const names = (list: readonly Handler[]) => list.map(({ name }) => name);
  return {
    outcome: "queued",
    handlers: names(wanted.filter((handler) => !running.includes(handler))),
    running: names(running),
  };
}

/** What a replay of dead letters came to. */
export interface DeadReplayed {
  readonly queued: number;
  /** Dead letters that stay, and why. */
  readonly left: readonly { readonly reason: WhyLeft; readonly count: number }[];
}

/** `handler-gone`: no handler has its name. `payload-gone`: its event is past the retention. */
type WhyLeft = "handler-gone" | "payload-gone";

/** Queues dead letters again: each that fits the filter and that a handler can still take. */
export async function replayDead(
  { database, queue, handlers }: Work,
  filter: DeadFilter = {},
): Promise<DeadReplayed> {
  const byName = new Map(handlers.map((handler) => [handler.name, handler]));
  const left = new Map<WhyLeft, number>();
  let queued = 0;
  for await (const letters of walkDeadLetters(database, filter)) {
    const ready = letters.flatMap((letter) => {
      const handler = byName.get(letter.data.handler);
      if (handler && letter.hasPayload) return [{ letter, retries: handler.retries }];
      const reason = handler ? "payload-gone" : "handler-gone";
      left.set(reason, (left.get(reason) ?? 0) + 1);
      return [];
    });
    // First the run, then the dead letter's end: after a crash in between the next replay adds the same run, not another.
    await queue.add(
      ready.map(({ letter, retries }) => ({ ...letter.data, id: rerunId(letter.runId), retries })),
    );
    await queue.removeDeadLetters(ready.map(({ letter }) => letter.id));
    queued += ready.length;
  }
  return { queued, left: [...left].map(([reason, count]) => ({ reason, count })) };
}
