/** What a handler threw, as a text that the queue can keep: bounded, without NUL, well-formed. */

/** A message longer than this is cut. */
const MAX_LENGTH = 2_000;

/**
 * Any value can be thrown, also one whose `message` or `toString` throws.
 * @returns for an error its name and message, e.g. `TypeError: fetch failed`, with the message of its cause
 */
export function failureText(thrown: unknown): string {
  return storableText(describe(thrown));
}

/** Postgres takes neither NUL nor lone surrogates, and pg-boss would leave the run active. */
export function storableText(text: string): string {
  const whole = text.replaceAll("\0", "\u2400").toWellFormed();
  return whole.length > MAX_LENGTH ? `${whole.slice(0, MAX_LENGTH - 1).toWellFormed()}…` : whole;
}

function describe(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return `threw ${String(thrown)}`;
    const cause = thrown.cause instanceof Error ? ` (${thrown.cause.message})` : "";
    return `${thrown.name}: ${thrown.message}${cause}`;
  } catch {
    return "threw a value that cannot be described";
  }
}
