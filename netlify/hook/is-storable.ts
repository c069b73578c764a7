/** NUL and lone surrogates are valid in JSON, but neither a text column nor a URL can carry them. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}
