/** Runs what is due, several handlers at a time, until nothing is due soon or the time is nearly over. */
import type { Handler } from "../../handler-kit/define-handler.ts";
import { MAX_RETRY_AFTER_MS } from "../../handler-kit/handler-error.ts";
import { backoffMs } from "./backoff.ts";
import { fingerprintFailure } from "./fingerprint-failure.ts";
import { type LoadedEvent, loadEvents } from "./load-events.ts";
import { reportDeadLetters } from "./queue/report-dead-letters.ts";
import { settleRuns, type TakenRun, type TryResult, type UnfinishedRun } from "./queue/settle-runs.ts";
import type { OwnRuns } from "./queue-events.ts";
import { runHandler } from "./run-handler.ts";
import type { Work } from "./work.ts";

/** How much is run. */
export interface WorkLimits {
  /** When everything has to be over, in milliseconds since 1970. */
  readonly deadline: number;
  /** Runs that are taken already: they begin before others are looked for. */
  readonly own?: Pick<OwnRuns, "runs" | "read">;
  /** A retry that is due this soon is waited for; an instance that waits is billed. 10 s unless told. */
  readonly waitForRetryMs?: number;
  /** Runs that failed before this call, whose retries are waited for as well. */
  readonly failedBefore?: readonly UnfinishedRun[];
}

/** What was run: tries, not runs. */
export interface WorkDone {
  readonly done: number;
  readonly failed: number;
  /** Put off by their handlers. */
  readonly postponed: number;
  /** Whether it went on until nothing was due any more; else the time was over first. */
  readonly complete: boolean;
}

/** Both together; whether all is complete, the second says. */
export function addWork(first: WorkDone, second: WorkDone): WorkDone {
  return {
    done: first.done + second.done,
    failed: first.failed + second.failed,
    postponed: first.postponed + second.postponed,
    complete: second.complete,
  };
}

/** Handlers at a time. */
export const CONCURRENCY = 10;

/** The time that any try may take, in milliseconds: with less left, none is begun. */
export function longestTry(handlers: readonly Handler[]): number {
  return Math.max(1_000, ...handlers.map(({ timeoutMs }) => timeoutMs));
}

/** A run whose handler is unknown may belong to a newer deploy: it is handed back this often before it is given up. */
const MAX_TRIES_UNKNOWN_HANDLER = 3;

/**
 * Runs due work, also that of other deliveries. No try is begun that could not have its full time before the deadline.
 * @throws {DatabaseError} when the store fails; the tries going on are finished first
 */
export async function runDueWork(work: Work, limits: WorkLimits): Promise<WorkDone> {
  const { clock, database, handlers, report } = work;
  const { deadline, own, waitForRetryMs = 10_000, failedBefore = [] } = limits;
  const longestTryMs = longestTry(handlers);
  const withoutCircuit = handlers.filter(({ circuit }) => !circuit).map(({ name }) => name);
  const running = new Set<Promise<void>>();
  const count = { done: 0, failed: 0, postponed: 0, complete: false };
  /** Tries that have ended and are not noted yet. */
  let ended: EndedTry[] = [];
  /** When retries of ours are due. */
  let dueTimes: number[] = [];
  let hasDeadLetters = false;
  let broken: { readonly error: unknown } | undefined;

  const start = (run: TakenRun, stored: LoadedEvent) => {
    const settled = tryRun(work, run, stored)
      .then((each) => {
        ended.push(each);
      })
      .catch((error: unknown) => {
        broken ??= { error };
      })
      .finally(() => running.delete(settled));
    running.add(settled);
  };
  const addDueTimes = (runs: readonly UnfinishedRun[]) => {
    for (const { dueInMs } of runs) if (dueInMs !== null) dueTimes.push(clock.now() + dueInMs);
  };
  /** One statement: notes what has ended, and takes up to `take` runs. */
  const settle = async (take: number) => {
    const noted = ended;
    ended = [];
    const results = noted.map(({ result }) => result);
    const settled = await settleRuns(database, results, { take, withoutCircuit });
    const { taken, unfinished } = settled;
    const isDead = ({ uuid, handler }: TakenRun) =>
      unfinished.some((run) => run.isDead && run.uuid === uuid && run.handler === handler);
    for (const { result, tookMs } of noted) {
      const { run } = result;
      const { handler, uuid, eventType } = run;
      const about = { handler, uuid, eventType, attempt: run.failures + 1 };
      if (result.outcome === "done") {
        count.done += 1;
        report({ kind: "handler-done", ...about, tookMs });
      } else if (result.outcome === "postponed") {
        count.postponed += 1;
        report({ kind: "handler-postponed", ...about, error: result.error, delayMs: result.delayMs });
      } else {
        count.failed += 1;
        const final = isDead(run);
        hasDeadLetters ||= final;
        report({ kind: "handler-failed", ...about, error: result.error, final });
      }
    }
    for (const change of settled.handlers) report({ kind: "handler-changed", ...change });
    addDueTimes(unfinished);
    return taken;
  };

  try {
    addDueTimes(failedBefore);
    // After a suspension of the process its runs may be somebody else's by now: past the deadline none is begun.
    if (own && clock.now() < deadline) for (const run of own.runs) start(run, own.read(run.uuid));
    // What is our own comes first: the rest is looked for when the first of it has ended.
    if (running.size > 0) await Promise.race(running);
    while (!broken && deadline - clock.now() >= longestTryMs) {
      const room = CONCURRENCY - running.size;
      // What ended is noted at once. Others are taken several at a time, unless a line waits for its next one.
      const takes = room >= CONCURRENCY / 2 || ended.some(({ result }) => result.run.key !== null);
      const askedAt = clock.now();
      const taken = takes || ended.length > 0 ? await settle(takes ? room : 0) : [];
      if (taken.length > 0) {
        const read = await loadEvents(
          database,
          taken.map(({ uuid }) => uuid),
        );
        // Suspended meanwhile: see above.
        if (clock.now() >= deadline) break;
        for (const run of taken) start(run, read(run.uuid));
      }
      if (running.size > 0 && ended.length === 0) await Promise.race(running);
      if (running.size > 0 || ended.length > 0 || !takes) continue;
      // Nothing else is due. What comes from now on has an invocation of its own; only the retries of our runs are waited for.
      const dueAt = Math.min(...dueTimes.filter((at) => at > askedAt));
      const now = clock.now();
      count.complete = dueAt > now + waitForRetryMs;
      if (count.complete || dueAt + longestTryMs > deadline) break;
      await clock.wait(Math.max(0, Math.ceil(dueAt - now)));
      dueTimes = dueTimes.filter((at) => at > dueAt);
    }
  } finally {
    await Promise.all(running);
    if (ended.length > 0) await settle(0);
  }
  if (broken) throw broken.error;
  if (hasDeadLetters) await reportDeadLetters(work);
  return count;
}

/** A try that has ended. */
interface EndedTry {
  readonly result: TryResult;
  readonly tookMs: number;
}

/** One try of one run. */
async function tryRun(
  { clock, report, environment, handlers }: Work,
  run: TakenRun,
  stored: LoadedEvent,
): Promise<EndedTry> {
  const handler = handlers.find(({ name }) => name === run.handler);
  const delayMs = backoffMs(run.failures);
  const unrunnable = (outcome: "aborted" | "dead", error: string): EndedTry => ({
    result: {
      run,
      outcome,
      delayMs,
      error,
      fingerprint: fingerprintFailure({ handler: run.handler, error }),
    },
    tookMs: 0,
  });
  if (!handler) {
    const error = `no handler is named ${run.handler}: it was removed or renamed`;
    return unrunnable(run.failures >= MAX_TRIES_UNKNOWN_HANDLER ? "dead" : "aborted", error);
  }
  if (!stored.readable) return unrunnable("dead", stored.reason);

  const startedAt = clock.now();
  const outcome = await runHandler(handler, stored.event, {
    attempt: run.failures + 1,
    late: run.late,
    limitMs: handler.timeoutMs,
    clock,
    report,
    environment,
  });
  const tookMs = clock.now() - startedAt;
  if (outcome.outcome === "done") return { result: { run, outcome: "done" }, tookMs };
  if (outcome.outcome !== "postponed") return { result: { run, delayMs, ...outcome }, tookMs };
  const leftMs = MAX_RETRY_AFTER_MS - run.postponedMs;
  if (leftMs > 0) {
    return { result: { run, ...outcome, delayMs: Math.min(outcome.delayMs, leftMs) }, tookMs };
  }
  const error = `was put off for a day in all: ${outcome.error}`;
  const fingerprint = fingerprintFailure({ handler: run.handler, error });
  return { result: { run, outcome: "aborted", delayMs, error, fingerprint }, tookMs };
}
