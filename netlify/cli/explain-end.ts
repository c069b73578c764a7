/** Says why `netlify dev` ended by itself. It does on calls that are no calls of Okta's, before our code sees them. */

/** The messages that netlify-cli 27 ends with, and what each means. */
const KNOWN: readonly [RegExp, string][] = [
  [/stream body too big/i, "a call had a body over 6 MB, and it takes none so large."],
  [/aborted|ECONNRESET/i, "a caller broke off in the middle of a call."],
  [/timed out waiting for body/i, "a call's body did not arrive within its time."],
  [/URI malformed/i, "a call's address had a % that begins no valid escape."],
  [/invalid url/i, "a call's Host header was no host name."],
];

/** @param fault the message of the error that `netlify dev` printed last, if it printed one. */
export function explainEnd(fault: string | undefined): string {
  if (fault === undefined) return "it did not say why.";
  return KNOWN.find(([pattern]) => pattern.test(fault))?.[1] ?? `it said "${fault.slice(0, 200)}".`;
}
