/** Something that is wrong, as whoever finds it says it. It names ids, counts and types: no person, no secret. */
import { createHash } from "node:crypto";

/** What can be wrong. */
export interface Condition {
  /** The kind, and what it is about: the same thing has the same id, whoever finds it. */
  readonly id: string;
  readonly kind:
    | "dead-letters"
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
