/** @returns what the text is as JSON; undefined where it is none: the caller says so */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an object of JSON has under a name; undefined where it is no object, or has nothing. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Object(value)[name] : undefined;
}
