/** Makes text from outside safe to print: nothing that it holds may steer a terminal or turn a line around. */

/**
 * Control characters (C0, DEL, C1), direction and other invisible format characters, line separators that are not `\n`,
 * and lone surrogates. The joiners U+200C and U+200D stay: Persian names and family emoji need them.
 */
const UNPRINTABLE = /(?!\u200c|\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** One line of text: every character that does not print as itself becomes an escape such as `\u001b`. */
export function printableLine(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** Text of several lines: as `printableLine`, but line feeds and tabs stay. */
export function printableText(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    /[\n\t]/.test(character) ? character : escaped(character),
  );
}

/** As JSON would write it; characters beyond U+FFFF as their two surrogates. */
function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
