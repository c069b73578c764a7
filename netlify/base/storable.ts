/**
 * Text as Postgres can hold it: no NUL, no half of a surrogate pair, no longer than `maxLength` UTF-16 units.
 *
 * Every text of a recorded row passes through here, so that one odd value can not fail the rows beside it. An event's
 * own JSON comes out unchanged: RFC 8259 lets neither stand in it unescaped.
 */
export function storable(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  const cut = text.length > maxLength ? text.slice(0, maxLength) : text;
  return cut.replaceAll("\0", "\uFFFD").toWellFormed();
}

/** Whether a text can be a key: JSON can hold NUL and lone surrogates, but neither a text column nor a URL can. */
export function isStorable(text: string): boolean {
  return text === storable(text);
}
