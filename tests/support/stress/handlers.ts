/**
 * The handlers of the stress test: one without a key, one with `order`, one with `latest`, one with a circuit. What they do with an event
 * stands in its uuid, and each call is written to a file that survives the process.
 */
import { appendFileSync, existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { byUser, defineHandler, NonRetriableError, RetryAfterError } from "#handler-kit";
import type { HandlerContext } from "../../../netlify/handler-kit/define-handler.ts";
import type { LogEvent } from "../../../netlify/hook/log-event.ts";
import type { CallBegun, CallEnded, CallOutcome } from "./call-log.ts";

/** What an event does to its handlers: the last letter of its uuid. */
export const BEHAVIOURS = {
  succeeds: "o",
  failsAtFirst: "f",
  alwaysFails: "d",
  putsOff: "l",
  endsAtOnce: "n",
  takesLong: "z",
} as const;
/** A run that fails each time is dead after four tries. */
export const RETRIES = 3;

/** How the handlers of an instance work. */
export interface StressHandlers {
  readonly file: string;
  /** Of the runs' clock: an hour passes in an hour divided by it. */
  readonly clockFactor: number;
  /** Called when a call begins that takes long. */
  readonly onLongCall?: () => void;
}

/** While this file is there, `fragile` fails. */
export const outageFile = (callsFile: string) => `${callsFile}.outage`;

/** Makes the handlers `plain`, `ordered`, `newest` and `fragile`. */
export function stressHandlers({ file, clockFactor, onLongCall }: StressHandlers) {
  let calls = 0;
  const write = (line: CallBegun | CallEnded) => appendFileSync(file, `${JSON.stringify(line)}\n`);
  const handle = (handler: string) => async (event: LogEvent, context: HandlerContext) => {
    calls += 1;
    const call = `${process.pid}:${calls}`;
    const { uuid } = event;
    const { attempt, late } = context;
    write({ call, pid: process.pid, handler, uuid, attempt, late, beganAt: Date.now() });
    let outcome: CallOutcome = "aborted";
    try {
      const behaviour = uuid.at(-1);
      if (behaviour === BEHAVIOURS.takesLong && attempt === 1) onLongCall?.();
      const workMs = behaviour === BEHAVIOURS.takesLong ? 8_000 / clockFactor : Math.random() ** 3 * 12;
      await setTimeout(workMs, undefined, { signal: context.signal });
      if (handler === "fragile") outcome = existsSync(outageFile(file)) ? "failed" : "done";
      else outcome = decide(behaviour, attempt);
      if (outcome === "later") throw new RetryAfterError("busy", 2);
      if (outcome === "dead") throw new NonRetriableError("cannot be");
      if (outcome === "failed") throw new Error("the other side is down");
    } finally {
      write({ call, outcome, endedAt: Date.now() });
    }
  };
  const common = { on: "*", retries: RETRIES, timeoutMs: 15_000, circuit: false } as const;
  return [
    defineHandler({ ...common, name: "plain", handle: handle("plain") }),
    defineHandler({ ...common, name: "ordered", order: byUser, handle: handle("ordered") }),
    defineHandler({ ...common, name: "newest", latest: byUser, handle: handle("newest") }),
    defineHandler({ ...common, name: "fragile", circuit: true, order: byUser, handle: handle("fragile") }),
  ];
}

function decide(behaviour: string | undefined, attempt: number): CallOutcome {
  if (behaviour === BEHAVIOURS.alwaysFails) return "failed";
  if (behaviour === BEHAVIOURS.failsAtFirst && attempt === 1) return "failed";
  if (behaviour === BEHAVIOURS.endsAtOnce) return "dead";
  return behaviour === BEHAVIOURS.putsOff && Math.random() < 0.5 ? "later" : "done";
}
