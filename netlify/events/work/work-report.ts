/** What the work tells while it goes on, as plain values. Who prints them, and how, is decided elsewhere. */

import type { HandlerChange } from "./queue/settle-runs.ts";

/** Which event, for which handler. */
interface RunOf {
  readonly handler: string;
  readonly uuid: string;
  readonly eventType: string;
}

/** One thing that happened. */
export type WorkReport =
  /** A line that a handler wrote. `fields` are the handler's own values, not yet fit to print. */
  | {
      readonly kind: "handler-log";
      readonly level: "info" | "warn" | "error";
      readonly handler: string;
      readonly uuid: string;
      readonly message: string;
      readonly fields?: Readonly<Record<string, unknown>>;
    }
  | (RunOf & { readonly kind: "handler-done"; readonly attempt: number; readonly tookMs: number })
  /** A try failed. `final`: it was the last, and a `dead-letter` follows. */
  | (RunOf & {
      readonly kind: "handler-failed";
      readonly attempt: number;
      readonly error: string;
      readonly final: boolean;
    })
  /** A handler put its run off: that is no failure. */
  | (RunOf & {
      readonly kind: "handler-postponed";
      readonly attempt: number;
      readonly error: string;
      readonly delayMs: number;
    })
  /** A handler succeeded again, or its circuit was opened. */
  | ({ readonly kind: "handler-changed" } & HandlerChange)
  /** A run failed for the last time: it is a dead letter until it is replayed or discarded. Told once for each. */
  | (RunOf & { readonly kind: "dead-letter"; readonly attempts: number; readonly error: string })
  /** Events past their retention that were kept, because their work is unfinished or dead. */
  | { readonly kind: "kept-past-retention"; readonly events: number; readonly examples: readonly string[] }
  /** What a look at Okta's System Log came to. `problem`: why it came to nothing, or what is odd about it. */
  | {
      readonly kind: "caught-up";
      readonly look: "began" | "looked" | "stopped";
      /** Events of the log that were for our hook, and those of them that were recorded now. */
      readonly inLog: number;
      readonly recorded: number;
      /** Events that Okta did not deliver within an hour. */
      readonly missed: number;
      readonly problem: string | null;
    }
  /** The work stopped early; what is left is found by a later delivery or the sweep. */
  | { readonly kind: "work-interrupted"; readonly error: string }
  /** The handlers' files do not load: none of them runs until that is mended and deployed. Events are recorded, and wait. */
  | { readonly kind: "handlers-broken"; readonly error: string }
  /** How long an answer took could not be noted. Nothing else is missing. */
  | { readonly kind: "answer-time-unknown"; readonly error: string }
  /** `RETENTION_DAYS` cannot be used: nothing is forgotten until it is mended. */
  | { readonly kind: "retention-stopped"; readonly error: string };

/** Takes what happened. It must not throw. */
export type Reporter = (report: WorkReport) => void;
