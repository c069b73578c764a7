/** A word of a command that we offer for copying. People paste what they are offered, and an org's names are others' to choose. */

/** What no shell makes anything of, and what is no option. */
const PLAIN = /^\w[\w.-]{0,254}$/;

/** Harmless between double quotes in sh, PowerShell and cmd: no `$`, backtick, backslash, quote, `!` or `%`. */
const QUOTABLE = /^[\p{L}\p{N}_(][\p{L}\p{N} _.,:/()@+=-]{0,254}$/u;

/** The word as it is, or in double quotes; null where no quotes make it harmless in every shell. */
export function shellWord(text: string): string | null {
  if (PLAIN.test(text)) return text;
  return QUOTABLE.test(text) ? `"${text}"` : null;
}
