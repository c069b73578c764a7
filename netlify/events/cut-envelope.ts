/**
 * The body without its events, which are kept one by one: what stands before the first and after the last.
 *
 * `{"eventId":"…","data":{"events":[{…},{…}]}}` becomes `{"eventId":"…","data":{"events":[]}}`.
 * @param events each event as it was written in the body, in the body's order
 */
export function cutEnvelope(body: string, events: readonly string[]): string {
  let start = -1;
  let end = 0;
  for (const json of events) {
    const at = body.indexOf(json, end);
    if (at === -1) return "";
    if (start === -1) start = at;
    end = at + json.length;
  }
  return start === -1 ? body : body.slice(0, start) + body.slice(end);
}
