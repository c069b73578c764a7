import { outlineJson } from "../hook/json-text.ts";

/**
 * The body without its events, which are kept one by one: what stands before the first and after the last.
 *
 * `{"eventId":"…","data":{"events":[{…},{…}]}}` becomes `{"eventId":"…","data":{"events":[]}}`.
 */
export function cutEnvelope(body: string): string {
  const { events } = outlineJson(body, Number.POSITIVE_INFINITY);
  const [first, last] = [events[0], events.at(-1)];
  return first && last ? body.slice(0, first.start) + body.slice(last.end) : body;
}
