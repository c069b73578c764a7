/** Runs handlers for many stored events: those of their runs that stand as told. */
import { findEvents } from "../queries/events.ts";
import { chooseRuns } from "./choose-runs.ts";
import { listRuns } from "./queue/list-runs.ts";
import { type NewRun, queueRuns } from "./queue/queue-runs.ts";
import { replayRuns } from "./queue/replay-runs.ts";
import type { Work } from "./work.ts";

/** Which runs of the events. */
export interface ReplaySelection {
  /** Of this handler; undefined: of each that listens. */
  readonly handler?: string | undefined;
  /** `none`: there is no run yet, as after a catch-up by hand or for a new handler. */
  readonly state: "none" | "done" | "dead" | "retrying" | "discarded";
}

/**
 * Queues the runs that stand as told. Run the due work afterwards.
 * @param isCount counts them, and changes nothing
 * @returns how many there are; `withoutPayload`: events past their retention, which no handler gets
 * @throws {DatabaseError}
 */
export async function replayEvents(
  { database, handlers }: Pick<Work, "database" | "handlers">,
  uuids: readonly string[],
  { handler, state }: ReplaySelection,
  isCount: boolean,
): Promise<{ readonly runs: number; readonly withoutPayload: number }> {
  const events = [...(await findEvents(database, uuids)).values()];
  const kept = events.filter(({ payloadKept }) => payloadKept);
  const wanted = handlers.filter(({ name }) => handler === undefined || name === handler);
  const [candidates, there] = await Promise.all([
    chooseRuns(
      { database, handlers: wanted },
      kept.map(({ uuid, eventType, published }) => ({
        uuid,
        eventType,
        published: published.toISOString(),
        cause: "replay",
        read: null,
      })),
    ),
    listRuns(database, uuids),
  ]);
  const states = new Map(there.map((run) => [`${run.uuid} ${run.handler}`, run.state]));
  const fitting = candidates.filter((run) => (states.get(`${run.uuid} ${run.handler}`) ?? "none") === state);
  const withoutPayload = events.length - kept.length;
  if (isCount) return { runs: fitting.length, withoutPayload };
  return { runs: await queue(fitting), withoutPayload };

  async function queue(runs: readonly NewRun[]): Promise<number> {
    if (state === "none") return (await queueRuns(database, runs)).queued;
    const { due } = await replayRuns(
      database,
      runs.filter(({ failure }) => failure === undefined),
      // Of two that replay at once, one runs it again.
      { states: state === "retrying" ? ["waiting", "held"] : [state] },
    );
    return due.length;
  }
}
