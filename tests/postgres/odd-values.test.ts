/** One odd event never costs the good ones beside it their rows, and comes back exactly as it was sent. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../netlify/events/database/database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import type { Delivery } from "../../netlify/hook/delivery.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { readRows, storedDeliveries, storedEvents } from "../support/read-store.ts";

const limit = { timeoutMs: 5_000 };
let postgres: Postgres;
let url: string;
let database: Database;

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase();
  database = await openNetlifyDatabase({ connectionString: url });
});
afterAll(async () => {
  await database.close();
  await postgres.destroy();
});
beforeEach(() => readRows(url, "truncate deliveries, events"));

const good = () => [makeEvent("good-1"), makeEvent("good-2")] as const;
const written = (fields: string) =>
  `{"uuid":"odd","published":"2026-11-24T09:00:00Z","eventType":"user.session.start",${fields}}`;

describe("an event that can have a row keeps it, and its exact text", () => {
  const long = "x".repeat(6_000);
  it.each<[string, string]>([
    ["NUL in an extracted column", written('"actor":{"id":"a\\u0000b","alternateId":"\\u0000"}')],
    ["lone surrogates in extracted columns", written('"severity":"\\ud83d","outcome":{"result":"\\udc00"}')],
    ["ids longer than an index entry may be", written(`"actor":{"id":"${long}","alternateId":"${long}"}`)],
    ["ids of long characters", written(`"target":[{"id":"${"\u{1F600}".repeat(3_000)}"}]`)],
    ["a surrogate pair where a column is cut", written(`"actor":{"id":"${"y".repeat(255)}\u{1F600}"}`)],
    [
      "numbers beyond JavaScript's",
      written('"version":"0","debugContext":{"debugData":{"n":1e400,"m":12345678901234567890}}'),
    ],
    ["white space and escapes of its own", written('\n\t "displayMessage" : "\\u0041\\/" ')],
    [
      "quotes, backslashes, braces and commas",
      written('"displayMessage":"{\\"a\\\\\\",NULL}\'; drop table events; --"'),
    ],
    ["text beyond ASCII", written('"displayMessage":"Größe, 試験, \u{1F600}, \u202E"')],
    ["the first year", written('"x":1').replace("2026-11-24", "0001-01-01")],
    ["the last year", written('"x":1').replace("2026-11-24", "9999-12-31")],
    ["a uuid as long as may be", written('"x":1').replace('"odd"', `"${"\u{20AC}".repeat(128)}"`)],
    [
      "an event type as long as may be",
      written('"x":1').replace("user.session.start", "\u{20AC}".repeat(256)),
    ],
    [
      "a type, an outcome and a severity that share an index, each as long as may be",
      written(
        `"outcome":{"result":"${"\u{20AC}".repeat(300)}"},"severity":"${"\u{20AC}".repeat(300)}"`,
      ).replace("user.session.start", "\u{20AC}".repeat(256)),
    ],
    [
      "fields of other types than documented",
      written('"actor":[1],"target":"none","outcome":5,"severity":{}'),
    ],
    ["a megabyte of text", written(`"displayMessage":"${"m".repeat(1_000_000)}"`)],
  ])("%s", async (_, json) => {
    const [before, after] = good();

    const recorded = await recordDelivery(database, makeDelivery([before, json, after]), limit);

    expect(recorded).toMatchObject({ outcome: "recorded" });
    const payloads = (await storedEvents(url)).map((event) => event.payload);
    expect(payloads.sort()).toEqual([JSON.stringify(before), JSON.stringify(after), json].sort());
  });
});

describe("an event that can have no row is kept with its delivery", () => {
  it.each<[string, string]>([
    ["no uuid", '{"published":"2026-11-24T09:00:00Z","eventType":"user.session.start"}'],
    ["an empty uuid", written('"x":1').replace('"odd"', '""')],
    ["a uuid of 129 characters", written('"x":1').replace("odd", "o".repeat(129))],
    ["NUL in the uuid", written('"x":1').replace("odd", "o\\u0000d")],
    ["a lone surrogate in the event type", written('"x":1').replace("user.", "\\ud800")],
    ["a published that is no time", written('"x":1').replace("2026-11-24T09:00:00Z", "yesterday")],
    ["a published beyond Postgres's years", written('"x":1').replace("2026-11-24", "+275760-09-13")],
    ["a bare number", "1e400"],
    ["text with NUL and half a pair", '"\\u0000\\ud800"'],
    ["null", "null"],
  ])("%s", async (_, json) => {
    const [before, after] = good();

    const recorded = await recordDelivery(database, makeDelivery([before, json, after]), limit);

    expect(recorded).toMatchObject({ outcome: "recorded", newUuids: ["good-1", "good-2"] });
    const [delivery] = await storedDeliveries(url);
    expect(delivery).toMatchObject({ event_count: 3, new_count: 2, unreadable_count: 1 });
    expect(JSON.parse(delivery.unreadable)).toEqual([
      { position: 1, json, problems: expect.arrayContaining([expect.any(String)]) },
    ]);
  });
});

describe("a delivery's own odd values are kept as far as Postgres can", () => {
  it.each<[string, Partial<Delivery>]>([
    ["a long id", { eventId: "e".repeat(9_000), hookId: "h".repeat(9_000) }],
    ["NUL and half pairs", { eventId: "\0\ud800", hookId: "\0", headers: { "x-odd": "\0\ud800" } }],
    ["an absurd attempt", { origin: { by: "hookdeck", eventId: "\0", attempt: 1e300, url: "\ud800" } }],
    [
      "an attempt that is no number",
      { origin: { by: "hookdeck", eventId: "", attempt: Number.NaN, url: null } },
    ],
    ["endless remarks", { schemaDeviations: Array.from({ length: 5_000 }, () => "\0".repeat(5_000)) }],
  ])("%s", async (_, fields) => {
    const recorded = await recordDelivery(database, makeDelivery([...good()], fields), limit);

    expect(recorded).toMatchObject({ outcome: "recorded", newUuids: ["good-1", "good-2"] });
  });
});
