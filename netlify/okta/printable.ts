/**
 * Makes text from outside safe to print: control characters could rewrite the terminal, direction characters
 * could make a line read as another one.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text on one line, each character that is not meant to be seen as its escape, and cut at `maxLength`. */
export function printable(text: string, maxLength = 500): string {
  const escaped = text.replace(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return escaped.length <= maxLength ? escaped : `${escaped.slice(0, maxLength)}…`;
}
