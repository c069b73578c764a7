/** Runs handlers again: for one event, or for all that is dead. A replay gives the run tries of its own. */
import { handlersFor } from "../../handler-kit/handler-list.ts";
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";
import { isFilteredOut, newRun } from "./choose-runs.ts";
import { loadEvents, readPayload } from "./load-events.ts";
import { type FailingFilter, type FailingPlace, listFailingRuns } from "./queue/failing-runs.ts";
import { type NewRun, queueRuns } from "./queue/queue-runs.ts";
import { replayRuns } from "./queue/replay-runs.ts";
import type { Work } from "./work.ts";

/** What a replay of an event came to. Run the due work afterwards. */
export type ReplayOutcome =
  | { readonly outcome: "unknown-event" }
  /** Past its retention: there is nothing to give to a handler. */
  | { readonly outcome: "payload-gone" }
  /** No handler listens to this type of event, or not the one that was named. */
  | { readonly outcome: "no-handler"; readonly eventType: string }
  /** Handlers listen to it, and the `when` of each filters it out. */
  | { readonly outcome: "filtered-out" }
  | {
      readonly outcome: "queued";
      /** Handlers that will run. */
      readonly handlers: readonly string[];
      /** Handlers that are running it at this moment; they were left alone. */
      readonly running: readonly string[];
      /** Handlers whose key function fails: their runs stay, or are now, dead letters. */
      readonly withoutKey: readonly string[];
    };

/** Queues an event again for each of its handlers, or for the one that is named. */
export async function replay(
  { database, handlers }: Pick<Work, "database" | "handlers">,
  uuid: string,
  handlerName?: string,
): Promise<ReplayOutcome> {
  const { rows } = await database.query<{
    event_type: string;
    payload: string | null;
    published: Date | string;
  }>("select event_type, payload, published from events where uuid = $1", [uuid], {
    timeoutMs: WORK_TIMEOUT_MS,
  });
  const [event] = rows;
  if (!event) return { outcome: "unknown-event" };
  const { event_type: eventType, payload } = event;
  if (payload === null) return { outcome: "payload-gone" };
  const listening = handlersFor(handlers, eventType).filter(
    ({ name }) => handlerName === undefined || name === handlerName,
  );
  if (listening.length === 0) return { outcome: "no-handler", eventType };
  const read = () => readPayload(payload);
  const wanted = listening.filter((handler) => !isFilteredOut(handler, read));
  if (wanted.length === 0) return { outcome: "filtered-out" };

  const published = new Date(event.published).toISOString();
  const runs = wanted.map((handler) =>
    newRun(handler, { uuid, eventType, published, cause: "replay" }, read),
  );
  // First the runs that are missing: they are due at once, and what is there stays as it is.
  await queueRuns(database, runs);
  const { due, running } = await replayRuns(database, runs.filter(hasKey));
  return {
    outcome: "queued",
    handlers: due.map(({ handler }) => handler),
    running: running.map(({ handler }) => handler),
    withoutKey: runs.filter((run) => !hasKey(run)).map(({ handler }) => handler),
  };
}

const hasKey = ({ failure }: NewRun) => failure === undefined;

/** What a replay of dead letters came to. */
export interface DeadLetterReplay {
  readonly queued: number;
  /** Dead letters that stay, and why. */
  readonly left: readonly { readonly reason: ReasonLeft; readonly count: number }[];
  /** Where the next call goes on; null: that was all. */
  readonly next: FailingPlace | null;
}

/** `handler-gone`: no handler has its name. `payload-gone`: its event is past the retention. `no-key`: its key function fails. */
type ReasonLeft = "handler-gone" | "payload-gone" | "no-key";

/** Payloads are read a few at a time: each may be large. */
const REPLAY_BATCH_SIZE = 50;

/**
 * Queues dead letters again: each that fits the filter and that a handler can still take.
 * @param options.deadline in milliseconds since 1970: a call that takes longer ends with a `next`
 */
export async function replayDeadLetters(
  { database, handlers, clock }: Pick<Work, "database" | "handlers" | "clock">,
  filter: FailingFilter = {},
  options: { readonly after?: FailingPlace | undefined; readonly deadline?: number } = {},
): Promise<DeadLetterReplay> {
  const { deadline = Number.POSITIVE_INFINITY } = options;
  const byName = new Map(handlers.map((handler) => [handler.name, handler]));
  const left = new Map<ReasonLeft, number>();
  const leave = (reason: ReasonLeft) => {
    left.set(reason, (left.get(reason) ?? 0) + 1);
    return [];
  };
  let queued = 0;
  let after = options.after;
  for (;;) {
    const { runs, next } = await listFailingRuns(database, filter, {
      state: "dead",
      after,
      limit: REPLAY_BATCH_SIZE,
    });
    const read = await loadEvents(
      database,
      runs.map(({ uuid }) => uuid),
    );
    const ready = runs.flatMap(({ uuid, eventType, published, hasPayload, ...run }): NewRun[] => {
      const handler = byName.get(run.handler);
      if (handler === undefined) return leave("handler-gone");
      if (!hasPayload) return leave("payload-gone");
      const again = newRun(handler, { uuid, eventType, published, cause: "replay" }, () => read(uuid));
      return hasKey(again) ? [again] : leave("no-key");
    });
    queued += (await replayRuns(database, ready, { states: ["dead"] })).due.length;
    if (next === null || clock.now() >= deadline) {
      return { queued, left: [...left].map(([reason, count]) => ({ reason, count })), next };
    }
    after = next;
  }
}
