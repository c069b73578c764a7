/**
 * The secret that Okta sends with every request: a header of the admin's choice with a fixed value. There is no signature.
 * https://developer.okta.com/docs/concepts/event-hooks/#create-an-event-hook ("authentication field" and "secret")
 */
import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Compares what a call carries with every accepted secret, in constant time.
 * @param sent the header's value, or null when the call has none.
 */
export function checkSecret(sent: string | null, accepted: readonly string[]): "right" | "missing" | "wrong" {
  if (sent === null) return "missing";
  let right = false;
  // Each is compared, whichever matched: the time tells nothing about the one that did.
  for (const secret of accepted) right = equalInConstantTime(sent, secret) || right;
  return right ? "right" : "wrong";
}

/** Hashes first, so that neither content nor length of the two can be told from the time it takes. */
export function equalInConstantTime(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
