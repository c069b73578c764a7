/** Whatever an authenticated call carries: no throw, no 5xx, and not a character of an event lost. */
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logEvent } from "../../netlify/hook/log-event.ts";
import { readDelivery } from "../../netlify/hook/read-delivery.ts";
import { prettyJson } from "../../netlify/report/pretty-json.ts";
import { callEndpoint } from "../support/call-endpoint.ts";
import { brokenHook, hostileHook } from "../support/hostile-hook.ts";

const secret = "Basic b2t0YTphLWxvbmctYW5kLXByaXZhdGUtc2VjcmV0";
const limit = { timeout: 60_000 };
/** The same hooks in every run: a test that fails says something of the change at hand. Other seeds find other hooks. */
const seed = 4711;

async function deliver(body: string, where: "locally" | "deployed") {
  const { response, printed } = await callEndpoint({
    where,
    environment: { OKTA_HOOK_SECRET: secret },
    request: (origin) =>
      new Request(new URL("/okta-webhooks-endpoint", origin), {
        method: "POST",
        headers: { "content-type": "application/json", authorization: secret },
        body,
      }),
  });
  return { status: response.status, printed: printed.join("\n") };
}

/** Everything that could steer a terminal, but for the line feeds of a report. */
const UNSAFE = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

describe("an authenticated hook, however odd,", () => {
  it("is answered 204 or 4xx, printed safely, and more often than not accepted", limit, async () => {
    const runs = 400;
    let accepted = 0;
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(hostileHook, brokenHook), fc.boolean(), async (hook, local) => {
        const body = typeof hook === "string" ? hook : hook.body;

        const { status, printed } = await deliver(body, local ? "locally" : "deployed");

        expect([204, 400, 422]).toContain(status);
        expect(printed).not.toMatch(UNSAFE);
        asked++;
        if (status === 204) accepted++;
      }),
      { seed, numRuns: runs },
    );
    expect(asked).toBeGreaterThanOrEqual(runs);
    expect(accepted).toBeGreaterThanOrEqual(asked / 2);
  });

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

        for (const { event, departures } of reading.events) {
          const left = logEvent.safeParse(event).error?.issues ?? [];
          expect(left.filter(({ code }) => code !== "invalid_value")).toEqual([]);
          if (departures.length === 0) expect(left).toEqual([]);
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
