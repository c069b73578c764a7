/** Whatever a hook carries: no throw, and not a character of an event lost. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logEvent } from "../../netlify/hook/log-event.ts";
import { readDelivery } from "../../netlify/hook/read-delivery.ts";
import { prettyJson } from "../../netlify/report/pretty-json.ts";
import { hostileHook } from "../support/hostile-hook.ts";

const limit = { timeout: 60_000 };
/** The same hooks in every run: a test that fails says something of the change at hand. Other seeds find other hooks. */
const seed = 4711;

describe("a hook, however odd,", () => {
  it("keeps the exact text of each event, readable or not", limit, () => {
    let readable = 0;
    let all = 0;
    fc.assert(
      fc.property(hostileHook, ({ body, events }) => {
        const reading = readDelivery(body);
        if (reading.outcome !== "event-hook") throw new Error(`read as ${reading.outcome}`);

        const kept = [...reading.events, ...reading.unreadable].toSorted((a, b) => a.position - b.position);

        expect(kept.map(({ position }) => position)).toEqual(events.map((_, index) => index));
        expect(kept.map(({ json }) => json)).toEqual(events);
        const parsed: unknown[] = JSON.parse(body).data.events;
        expect(
          isDeepStrictEqual(
            kept.map(({ json }) => JSON.parse(json)),
            parsed,
          ),
        ).toBe(true);
        readable += reading.events.length;
        all += kept.length;
      }),
      { seed, numRuns: 1000 },
    );
    // Else the next property would say nothing.
    expect(readable).toBeGreaterThan(all / 3);
  });

  it("gives handlers the documented types: nothing but unlisted values is left to object to", limit, () => {
    let departing = 0;
    fc.assert(
      fc.property(hostileHook, ({ body }) => {
        const reading = readDelivery(body);
        if (reading.outcome !== "event-hook") throw new Error(`read as ${reading.outcome}`);

        for (const { event, schemaDeviations } of reading.events) {
          const left = logEvent.safeParse(event).error?.issues ?? [];
          expect(left.filter(({ code }) => code !== "invalid_value")).toEqual([]);
          if (schemaDeviations.length === 0) expect(left).toEqual([]);
          else departing++;
          expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
        }
      }),
      { seed, numRuns: 1000 },
    );
    expect(departing).toBeGreaterThan(100);
  });
});

describe("pretty JSON", () => {
  it("keeps every token as it was written", limit, () => {
    fc.assert(
      fc.property(hostileHook, ({ body }) => {
        const pretty = prettyJson(body);

        expect(withoutWhiteSpace(pretty)).toBe(withoutWhiteSpace(body));
        expect(prettyJson(pretty)).toBe(pretty);
        expect(isDeepStrictEqual(JSON.parse(pretty), JSON.parse(body))).toBe(true);
      }),
      { seed, numRuns: 500 },
    );
  });
});

/** JSON without the white space between its tokens: what is within strings stays. */
function withoutWhiteSpace(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string = "") => string);
}
