/** What an authenticated body can cost at most. Okta waits 3 s, and an instance that is blocked answers nobody. */
import { describe, expect, it } from "vitest";
import { readDelivery } from "../../netlify/hook/read-delivery.ts";
import { readEvent } from "../../netlify/hook/read-event.ts";
import { cpuMs } from "../support/cpu-ms.ts";
import { anEvent } from "../support/hook-body.ts";
import { hostileBodies } from "../support/hostile-bodies.ts";

function read(body: string) {
  const reading = readDelivery(body);
  if (reading.outcome !== "event-hook") throw new Error(`not an event hook but ${reading.outcome}`);
  return reading;
}

describe("a body of 2 MiB", () => {
  it.each(Object.entries(hostileBodies(2 * 1024 * 1024)))(
    "of %s costs little more than to parse it",
    (_, make) => {
      const body = make();
      const parsing = cpuMs(() => JSON.parse(body));
      const reading = cpuMs(() => read(body));

      // Once 40 to 100 times as much. The constant is for what the first bodies need to get compiled.
      expect(reading.ms).toBeLessThan(25 * parsing.ms + 300);
      const { envelope, events, unreadable } = reading.result;
      const kept = [...events, ...unreadable].reduce((sum, { json }) => sum + json.length, envelope.length);
      expect(kept).toBeLessThanOrEqual(body.length);
      expect(unreadable.length).toBeLessThanOrEqual(101);
    },
  );
});

describe("of one event", () => {
  /** A list whose elements count how often they are looked at. */
  function watchedList(length: number, element: () => unknown) {
    const seen = { count: 0 };
    const list = Array.from({ length }, () =>
      Object.defineProperty({}, "type", {
        enumerable: true,
        get() {
          seen.count += 1;
          return element();
        },
      }),
    );
    return { list, seen };
  }

  it("no more elements are looked at than 10,000, however long its lists", () => {
    const { list, seen } = watchedList(50_000, () => "User");
    const reading = readEvent(anEvent({ target: list }));

    expect(reading).toMatchObject({ schemaDeviations: ["target: more than 10000 elements"] });
    expect(reading).not.toHaveProperty("event.target");
    expect(seen.count).toBeLessThan(50_000);
  });

  it("all lists share one budget, also those within lists", () => {
    const { list, seen } = watchedList(900, () => 7);
    const ipChain = Array.from({ length: 900 }, () => ({ ipDetails: { ipServiceCategories: list } }));
    const reading = readEvent(
      anEvent({ client: { ipChain, zone: "HQ" }, request: { ipChain }, target: [{ id: "00u1" }] }),
    );

    expect(seen.count).toBeLessThan(5_000);
    expect(reading).toMatchObject({
      readable: true,
      event: { client: { zone: "HQ" } },
      schemaDeviations: expect.arrayContaining(["client.ipChain: more than 1000 values depart"]),
    });
    expect(reading).not.toHaveProperty("event.client.ipChain");
    expect(reading).not.toHaveProperty("event.request.ipChain");
  });

  it("each has a budget of its own: what one spends, the next one has", () => {
    const spent = { ...anEvent(), target: Array(2_000).fill(0) };
    readEvent(spent);

    expect(readEvent(anEvent({ target: [0, { id: "00u1" }] }))).toMatchObject({
      event: { target: [{ id: "00u1" }] },
    });
  });
});

describe("of one delivery", () => {
  const body = (...events: readonly string[]) =>
    `{"eventType":"com.okta.event_hook","data":{"events":[${events.join(",")}]}}`;

  it("events are compared with the documents until 10,000 values departed; the others are kept as they came", () => {
    const nonsense = Array.from({ length: 15 }, () =>
      JSON.stringify(anEvent({ target: Array(999).fill(0) })),
    );
    const last = JSON.stringify(anEvent({ uuid: "the-last", actor: { id: 7 } }));
    const { events } = read(body(...nonsense, last));

    expect(events).toHaveLength(16);
    expect(events.at(-1)).toMatchObject({
      json: last,
      event: { uuid: "the-last", eventType: "user.lifecycle.create" },
      schemaDeviations: [expect.stringContaining("not compared with the documents")],
    });
  });

  it("unreadable events beyond a hundred are kept as one text, each as it was written and in order", () => {
    const real = JSON.stringify(anEvent());
    const odd = Array.from({ length: 300 }, (_, index) => (index === 200 ? real : `{ "n" :\t${index}.0 }`));
    const { events, unreadable } = read(body(...odd));

    expect(events).toMatchObject([{ position: 200, json: real }]);
    expect(unreadable).toHaveLength(101);
    expect(unreadable[99]).toMatchObject({ position: 99, count: 1, json: odd[99] });
    expect(unreadable[100]).toEqual({
      position: 100,
      count: 199,
      json: odd.filter((text, index) => index >= 100 && text !== real).join(","),
      problems: ["the other unreadable events from here on, 199 in all, are kept as one text"],
    });
  });
});
