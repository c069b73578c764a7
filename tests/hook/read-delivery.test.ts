import { describe, expect, it } from "vitest";
import { readDelivery } from "../../netlify/hook/read-delivery.ts";
import { aBodyWith, aBodyWithText, anEnvelope, anEvent, published } from "../support/hook-body.ts";

const anEnvelopeText = (changes: Record<string, unknown>) => JSON.stringify(anEnvelope(changes));

describe("a delivery", () => {
  it("keeps what stands around its events as it was written", () => {
    const [before, after] = [
      '{ "n":1e400, "eventType":"com.okta.event_hook","data":{ "events":[ ',
      ' ]},\n"x":"\\u0000" }',
    ];
    expect(readDelivery(`${before}{"uuid":"1"} , {"uuid":"2"}${after}`)).toMatchObject({
      envelope: before + after,
    });
  });

  it("tells its id, its hook and its events", () => {
    expect(readDelivery(aBodyWith(anEvent()))).toEqual({
      outcome: "event-hook",
      envelope: aBodyWith(),
      eventId: "b9c1a0de-5a63-4a7e-9f50-8e0e5f3c1f2a",
      hookId: "who8tsqyrhCdmetzx135",
      events: [
        {
          position: 0,
          json: JSON.stringify(anEvent()),
          event: anEvent(),
          published: new Date(published),
          schemaDeviations: [],
        },
      ],
      unreadable: [],
      schemaDeviations: [],
    });
  });

  it("keeps each event exactly as it was written", () => {
    const { uuid } = anEvent();
    const text = `{ "uuid":"${uuid}","eventType":"t",\n"published":"2026-11-02T09:30:00Z","n":1e400,"s":"\\u0000\\ud800" }`;

    const reading = readDelivery(aBodyWithText(` ${text}\n, null ,${text}`));

    expect(reading).toMatchObject({
      events: [
        { position: 0, json: text },
        { position: 2, json: text },
      ],
      unreadable: [{ position: 1, json: "null", problems: ["must be an object"] }],
    });
  });

  it("may carry no events", () => {
    expect(readDelivery(aBodyWith())).toMatchObject({ outcome: "event-hook", events: [], unreadable: [] });
  });

  it("may lack all but its type and its events", () => {
    expect(readDelivery('{"eventType":"com.okta.event_hook","data":{"events":[]}}')).toMatchObject({
      outcome: "event-hook",
      eventId: null,
      hookId: null,
      schemaDeviations: [],
    });
  });

  it("may spell its id as Okta's early documents do", () => {
    expect(readDelivery(anEnvelopeText({ eventId: undefined, eventID: "early" }))).toMatchObject({
      eventId: "early",
      schemaDeviations: [],
    });
  });

  it.each([
    ["https://example.okta.com/api/v1/eventHooks/who1", "who1"],
    ["https://example.okta.com/api/v1/eventHooks/who1?x=/eventHooks/who2", "who1"],
    ["example.okta.com/api/v1/eventHooks/who1/", "who1"],
    ["https://{yourOktaDomain}/api/v1/eventHooks/{eventHookId}", null],
    ["https://example.okta.com/api/v1/eventHooks/", null],
    ["https://example.okta.com/api/v1/eventHooks/who\u0000", null],
    [`/eventHooks/${"w".repeat(129)}`, null],
    ["", null],
    [null, null],
  ])("has as its hook what its source %j ends in", (source, hookId) => {
    expect(readDelivery(anEnvelopeText({ source }))).toMatchObject({ hookId, schemaDeviations: [] });
  });

  it.each([
    ["a number for an id", { eventId: 7 }, "eventId: must be a string"],
    ["an object for an id", { eventId: { length: { toString: null } } }, "eventId: must be a string"],
    [
      "a long id",
      { eventId: "e".repeat(129) },
      "eventId: must be well-formed text of at most 128 characters",
    ],
    ["NUL in its id", { eventId: "\0" }, "eventId: must be well-formed text of at most 128 characters"],
    [
      "half a character in its id",
      { eventId: "\ud800" },
      "eventId: must be well-formed text of at most 128 characters",
    ],
  ])("with %s is taken, without the id", (_, changes, departure) => {
    expect(readDelivery(anEnvelopeText(changes))).toMatchObject({
      eventId: null,
      schemaDeviations: [departure],
      events: [{ position: 0 }],
    });
  });

  it.each([
    ["source", { source: { a: 1 } }],
    ["eventTime", { eventTime: 1762075800000 }],
    ["eventTypeVersion", { eventTypeVersion: 1 }],
    ["cloudEventsVersion", { cloudEventsVersion: 0.1 }],
    ["contentType", { contentType: [] }],
  ])("with a %s of another type is taken and marked", (name, changes) => {
    expect(readDelivery(anEnvelopeText(changes))).toMatchObject({
      outcome: "event-hook",
      schemaDeviations: [`${name}: must be a string`],
      events: [{ position: 0 }],
    });
  });
});

describe("a body is refused", () => {
  it.each([
    "",
    " ",
    "{",
    "{}{}",
    "\u0000",
    "undefined",
    "NaN",
    "{'a':1}",
    '{"a":1,}',
    '"\n"',
    "[1e]",
    "\ufeff{}",
  ])("as no JSON: %j", (body) => {
    expect(readDelivery(body)).toEqual({ outcome: "not-json" });
  });

  it.each([
    ["null", ["the body: must be an object"]],
    ["[]", ["the body: must be an object"]],
    ['"text"', ["the body: must be an object"]],
    ["{}", ['eventType: must be "com.okta.event_hook"', "data: must be an object"]],
    ['{"eventType":"com.okta.event_hook"}', ["data: must be an object"]],
    ['{"eventType":"com.okta.event_hook","data":{}}', ["data.events: must be an array"]],
    ['{"eventType":"com.okta.event_hook","data":{"events":null}}', ["data.events: must be an array"]],
    ['{"eventType":"com.okta.event_hook","data":{"events":{}}}', ["data.events: must be an array"]],
    ['{"eventType":"private-4711","data":{"events":[]}}', ['eventType: must be "com.okta.event_hook"']],
    ['{"eventType":null,"data":{"events":[]}}', ['eventType: must be "com.okta.event_hook"']],
  ])("as no event hook, naming what is at fault and no value: %s", (body, problems) => {
    expect(readDelivery(body)).toEqual({ outcome: "not-an-event-hook", problems });
  });

  it.each([101, 6_000, 2_000_000])("when it is nested %i deep", (levels) => {
    expect(readDelivery("[".repeat(levels) + "]".repeat(levels))).toEqual({ outcome: "nested-too-deep" });
  });

  it("but not when an event is nested as deep as may be", () => {
    const list = "[".repeat(96) + "]".repeat(96);

    // Body, data, events and the event itself are four levels.
    expect(readDelivery(aBodyWithText(`{"x":${list}}`))).toMatchObject({ outcome: "event-hook" });
    expect(readDelivery(aBodyWithText(`{"x":[${list}]}`))).toEqual({ outcome: "nested-too-deep" });
  });
});

describe("a hostile body of some megabytes is read in time linear in its length", () => {
  /** Far above what the machine needs, far below what a quadratic way would take (minutes). */
  const limit = { timeout: 20_000 };
  const megabytes = 4_000_000;

  it.each([
    ["a target of nothing but zeros", () => aBodyWith(anEvent({ target: new Array(megabytes / 2).fill(0) }))],
    [
      "a target in which every second element is wrong",
      () => aBodyWith(anEvent({ target: Array.from({ length: megabytes / 6 }, (_, i) => (i % 2 ? 0 : {})) })),
    ],
    ["a string of quotes", () => aBodyWith(anEvent({ displayMessage: '"'.repeat(megabytes / 2) }))],
    ["a string of backslashes", () => aBodyWith(anEvent({ displayMessage: "\\".repeat(megabytes / 2) }))],
    ["a time of digits", () => aBodyWith(anEvent({ published: "2".repeat(megabytes) }))],
    [
      "a time of blanks",
      () => aBodyWith(anEvent({ published: `2026-01-01T00:00${" ".repeat(megabytes)}x` })),
    ],
    ["a source of slashes", () => anEnvelopeText({ source: "/eventHooks/".repeat(megabytes / 12) })],
    ["nothing but opening quotes", () => '"'.repeat(megabytes)],
    ["one string without an end", () => `"${"a".repeat(megabytes)}`],
  ])("%s", limit, (_, body) => {
    expect(readDelivery(body())).toHaveProperty("outcome");
  });
});
