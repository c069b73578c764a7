/** Runs what is due, several handlers at a time, until nothing is due soon or the time is nearly over. */
import type { Handler } from "../../handler-kit/define-handler.ts";
import { openSyncStore } from "../sync/sync-entries.ts";
import { type LoadedEvent, loadEvents } from "./load-events.ts";
import { gatherCompletions } from "./queue/gather-completions.ts";
import type { TakenRun } from "./queue/queue.ts";
import { nextRetryInMs } from "./queue/retries.ts";
import type { TakenRuns } from "./queue-events.ts";
import { runHandler } from "./run-handler.ts";
import { tellDeadLetters } from "./tell-dead-letters.ts";
import type { Work } from "./work.ts";

/** How much is run. */
export interface WorkLimits {
  /** When everything has to be over, in milliseconds since 1970. */
  readonly deadline: number;
  /** Runs that are taken already: they begin before others are looked for. */
  readonly taken?: TakenRuns;
  /** A retry that is due this soon is waited for; an instance that waits is billed. 10 s unless told. */
  readonly waitForRetryMs?: number;
  /** Runs that failed before this call, whose retries are waited for as well. */
  readonly failedBefore?: readonly string[];
}

/** What was run: tries, not runs. */
export interface WorkDone {
  readonly done: number;
  readonly failed: number;
  /** Whether it went on until nothing was due any more; else the time was over first. */
  readonly complete: boolean;
}

/** Handlers at a time. */
export const CONCURRENCY = 10;

/** The time that any try may take, in milliseconds: with less left, none is begun. */
export function longestTry(handlers: readonly Handler[]): number {
  return Math.max(1_000, ...handlers.map(({ timeoutMs }) => timeoutMs));
}

/** A run whose handler is unknown may belong to a newer deploy: it is handed back this often before it is given up. */
const UNKNOWN_HANDLER_TRIES = 3;

/**
 * Runs due work, also that of other deliveries. No try is begun that could not have its full time before the deadline.
 * @throws {DatabaseError} when the store fails; the tries going on are finished first
 */
export async function runDueWork(work: Work, limits: WorkLimits): Promise<WorkDone> {
  const { queue, clock, database, handlers } = work;
  const { deadline, taken: own, waitForRetryMs = 10_000, failedBefore = [] } = limits;
  const longestTryMs = longestTry(handlers);
  const byName = new Map(handlers.map((handler) => [handler.name, handler]));
  const complete = gatherCompletions(queue);
  const running = new Set<Promise<void>>();
  const failed = new Set(failedBefore);
  const count = { done: 0, failed: 0, complete: false };
  let final = false;
  let broken: { readonly error: unknown } | undefined;

  const start = (run: TakenRun, stored: LoadedEvent) => {
    const settle = async () => {
      const outcome = await tryRun(work, run, byName.get(run.handler), stored, complete);
      if (outcome === "done") count.done += 1;
      else {
        count.failed += 1;
        if (outcome === "dead") final = true;
        else failed.add(run.id);
      }
    };
    const settled = settle()
      .catch((error: unknown) => {
        broken ??= { error };
      })
      .finally(() => running.delete(settled));
    running.add(settled);
  };

  try {
    // After a suspension of the process its runs may be somebody else's by now: past the deadline none is begun.
    if (own && clock.now() < deadline) for (const run of own.runs) start(run, own.read(run.uuid));
    while (!broken && deadline - clock.now() >= longestTryMs) {
      const room = CONCURRENCY - running.size;
      const taken = room > 0 ? await queue.take(room) : [];
      if (taken.length > 0) {
        const loadedEvent = await loadEvents(
          database,
          taken.map(({ uuid }) => uuid),
        );
        // Suspended meanwhile: see above.
        if (clock.now() >= deadline) break;
        for (const run of taken) start(run, loadedEvent(run.uuid));
      }
      if (taken.length === room) {
        // There may be more: go on as soon as half of them are through.
        while (running.size > CONCURRENCY / 2) await Promise.race(running);
        continue;
      }
      // Nothing else is due. What comes from now on has an invocation of its own; only the retries of our runs are waited for.
      await Promise.all(running);
      const dueInMs = await nextRetryInMs(database, [...failed], waitForRetryMs);
      count.complete = dueInMs === null;
      if (dueInMs === null || clock.now() + dueInMs + longestTryMs > deadline) break;
      await clock.wait(dueInMs);
    }
  } finally {
    await Promise.all(running);
  }
  if (broken) throw broken.error;
  if (final) await tellDeadLetters(work);
  return count;
}

/** One try of one run, and the note of what came of it. */
async function tryRun(
  { database, queue, clock, report, environment }: Work,
  run: TakenRun,
  handler: Handler | undefined,
  stored: LoadedEvent,
  complete: (run: TakenRun) => Promise<void>,
): Promise<"done" | "again" | "dead"> {
  const { uuid, eventType, attempt } = run;
  const about = { handler: run.handler, uuid, eventType, attempt };
  const refuse = async (error: string, giveUp: boolean) => {
    if (giveUp) await queue.giveUp(run, error);
    else await queue.fail([run], error);
    report({ kind: "handler-failed", ...about, error, final: giveUp });
    return giveUp ? "dead" : "again";
  };
  if (!handler) {
    const error = `no handler is named ${run.handler}: it was removed or renamed`;
    return await refuse(error, run.last || attempt > UNKNOWN_HANDLER_TRIES);
  }
  if (!stored.readable) return await refuse(stored.reason, true);

  const startedAt = clock.now();
  const tried = await runHandler(handler, stored.event, {
    payload: stored.payload,
    syncStore: handler.sync && openSyncStore(database, handler.name, environment),
    attempt,
    clock,
    report,
    environment,
  });
  if (tried.outcome === "failed") return await refuse(tried.error, run.last);
  await complete(run);
  report({ kind: "handler-done", ...about, tookMs: clock.now() - startedAt });
  return "done";
}
