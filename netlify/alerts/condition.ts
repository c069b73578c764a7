/** Something that is wrong. It names ids, counts and types: no person, no secret. */
import { createHash } from "node:crypto";

/** What can be wrong. */
export interface Condition {
  /** The kind, and what it is about: the same problem has the same id, whoever detects it. */
  readonly id: string;
  readonly kind:
    | "handler"
    | "dead-letters"
    | "code"
    | "hook"
    | "deliveries"
    | "missed"
    | "catch-up"
    | "behind"
    | "clock"
    | "settings";
  readonly sentence: string;
  /** Null: the sentence says it. */
  readonly fix: string | null;
  /** Of the kind `handler`. */
  readonly outage?: Outage;
}

/** The outage of a handler. */
export interface Outage {
  readonly handler: string;
  readonly since: Date;
  /** Runs that wait. */
  readonly waiting: number;
}

/** Makes a condition. @param about tells it from others of its kind */
export function condition(
  kind: Condition["kind"],
  about: string,
  sentence: string,
  fix: string | null,
): Condition {
  const id = about === "" ? kind : `${kind}:${createHash("sha256").update(about).digest("hex").slice(0, 16)}`;
  return { id, kind, sentence, fix };
}
