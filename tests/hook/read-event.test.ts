import { describe, expect, it } from "vitest";
import { readEvent } from "../../netlify/hook/read-event.ts";
import { anEvent, published } from "../support/hook-body.ts";

const withChanges = (changes: Record<string, unknown>) => readEvent(anEvent(changes));
const target = { id: "00ujane", type: "User", alternateId: "jane@example.com", displayName: "Jane Doe" };

describe("an event as documented", () => {
  it("is handed on as it is", () => {
    const event = anEvent();

    expect(readEvent(event)).toEqual({
      readable: true,
      event,
      published: new Date(published),
      schemaDeviationCount: 0,
      schemaDeviations: [],
    });
  });

  it("may have fields that no document names, at any depth", () => {
    const event = anEvent({ aFieldOfNextYear: { a: [1] }, target: [{ ...target, mood: "glad" }] });

    expect(readEvent(event)).toMatchObject({ event, schemaDeviations: [] });
  });

  it("may be null everywhere but in the three fields of its row", () => {
    const event = anEvent({
      ...{ actor: null, authenticationContext: null, client: null, debugContext: null, device: null },
      ...{
        displayMessage: null,
        insertionTimestamp: null,
        legacyEventType: null,
        outcome: null,
        request: null,
      },
      ...{ securityContext: null, severity: null, target: null, transaction: null, version: null },
    });

    expect(readEvent(event)).toMatchObject({ event, schemaDeviations: [] });
  });

  it("may be null within its objects", () => {
    const geographicalContext = {
      city: null,
      country: null,
      geolocation: null,
      postalCode: null,
      state: null,
    };
    const event = anEvent({
      actor: { id: null, type: null, alternateId: null, displayName: null, detailEntry: null },
      authenticationContext: { authenticationProvider: null, issuer: null, authenticationStep: null },
      client: { ipChain: null, userAgent: null, geographicalContext, zone: null },
      debugContext: { debugData: null },
      outcome: { result: null, reason: null },
      securityContext: { asNumber: null, isProxy: null, risk: null, userBehaviors: null },
      target: [{ id: null, type: null, changeDetails: null, detailEntry: null }],
      transaction: { detail: null, id: null, type: null },
    });

    expect(readEvent(event)).toMatchObject({ event, schemaDeviations: [] });
  });

  it("may have nothing but the three fields of its row", () => {
    const { uuid, eventType, published } = anEvent();

    expect(readEvent({ uuid, eventType, published })).toMatchObject({ readable: true, schemaDeviations: [] });
  });

  it("may have any value in its debug data: Okta promises neither names nor values", () => {
    const debugContext = { debugData: { requestUri: "/", behaviors: { a: ["POSITIVE"] }, n: 1, "": null } };

    expect(withChanges({ debugContext })).toMatchObject({ event: { debugContext }, schemaDeviations: [] });
  });
});

describe("an event that departs from the documents stays readable, and says where", () => {
  it("has numbers where text is documented made text", () => {
    expect(
      withChanges({ version: 0, client: { geographicalContext: { postalCode: 94105.5 } } }),
    ).toMatchObject({
      event: { version: "0", client: { geographicalContext: { postalCode: "94105.5" } } },
      schemaDeviations: [
        "client.geographicalContext.postalCode: expected string",
        "version: expected string",
      ],
    });
  });

  it("keeps values outside a documented list", () => {
    expect(withChanges({ severity: "LOUD", outcome: { result: "Success", reason: null } })).toMatchObject({
      event: { severity: "LOUD", outcome: { result: "Success", reason: null } },
      schemaDeviations: ["outcome.result: not a documented value", "severity: not a documented value"],
    });
  });

  it.each([
    ["text where an object is documented", { actor: "Ada" }, "actor: expected object"],
    ["a list where an object is documented", { outcome: [] }, "outcome: expected object"],
    ["an object where a list is documented", { target: target }, "target: expected array"],
    [
      "text where a flag is documented",
      { securityContext: { isProxy: "no" } },
      "securityContext.isProxy: expected boolean",
    ],
    ["a flag where text is documented", { displayMessage: true }, "displayMessage: expected string"],
    [
      "a number beyond every number",
      { securityContext: { asNumber: Number.POSITIVE_INFINITY } },
      "securityContext.asNumber: expected number",
    ],
    ["a number in a documented list's place", { severity: 7 }, "severity: not a documented value"],
  ])("leaves out %s", (_, changes, departure) => {
    const [path = ""] = departure.split(":");
    const reading = withChanges(changes);

    expect(reading).toMatchObject({ readable: true, schemaDeviations: [departure] });
    expect(reading).not.toHaveProperty(`event.${path}`);
  });

  it("leaves out what is wrong in a list and keeps the rest, in order", () => {
    const [one, two, three] = ["00u1", "00u2", "00u3"].map((id) => ({ ...target, id }));

    expect(
      withChanges({ target: [null, one, "Jane", { ...target, id: true }, two, [], three, 7] }),
    ).toMatchObject({
      event: { target: [one, { type: "User" }, two, three] },
      schemaDeviations: [
        "target[0]: expected object",
        "target[2]: expected object",
        "target[3].id: expected string",
        "target[5]: expected object",
        "target[7]: expected object",
      ],
    });
  });

  it("leaves a long list of nonsense out whole", () => {
    const reading = withChanges({ target: Array.from({ length: 1001 }, () => 0) });

    expect(reading).toMatchObject({ schemaDeviations: ["target: more than 1000 values depart"] });
    expect(reading).not.toHaveProperty("event.target");
  });

  it("looks at a long list that is right to its end", () => {
    const targets = Array.from({ length: 5000 }, () => target);

    expect(withChanges({ target: [...targets, 0] })).toMatchObject({
      event: { target: targets },
      schemaDeviations: ["target[5000]: expected object"],
    });
  });

  it("names twenty deviations and counts the rest", () => {
    const reading = withChanges({ target: Array.from({ length: 50 }, () => 0) });

    expect(reading).toMatchObject({
      schemaDeviations: expect.toSatisfy((list: string[]) => list.length === 21),
    });
    expect(reading).toMatchObject({ schemaDeviations: expect.arrayContaining(["and 30 more"]) });
  });

  it("changes nothing of the value that it was given", () => {
    const event = anEvent({ version: 0, target: [null, { ...target, id: 7 }], actor: 5 });
    const before = structuredClone(event);

    readEvent(event);

    expect(event).toEqual(before);
  });

  it("takes no field from a `__proto__` that the body brought", () => {
    const event: unknown = JSON.parse(
      `{"__proto__":{"actor":5},"version":0,${JSON.stringify(anEvent({ actor: undefined, version: undefined })).slice(1)}`,
    );

    const reading = readEvent(event);

    expect(reading).toMatchObject({ readable: true, schemaDeviations: ["version: expected string"] });
    expect(reading).not.toHaveProperty("event.actor");
  });

  it("never tells a value", () => {
    const odd = { private: "value-4711" };
    const reading = withChanges({ actor: [odd], version: odd, outcome: { result: odd }, "value-4711": 1 });

    expect(JSON.stringify(reading.readable && reading.schemaDeviations)).not.toContain("4711");
  });
});

describe("an event that cannot have a row is unreadable", () => {
  it.each([
    ["null", null, "must be an object"],
    ["a list", [], "must be an object"],
    ["text", "event", "must be an object"],
    ["without a uuid", anEvent({ uuid: undefined }), "uuid: is missing"],
    ["with a null uuid", anEvent({ uuid: null }), "uuid: is missing"],
    ["with an empty uuid", anEvent({ uuid: "" }), "uuid: is missing"],
    ["with a number for a uuid", anEvent({ uuid: 7 }), "uuid: must be a string"],
    [
      "with a uuid of 129 characters",
      anEvent({ uuid: "u".repeat(129) }),
      "uuid: must not be longer than 128 characters",
    ],
    ["with NUL in its uuid", anEvent({ uuid: "a\0" }), "uuid: must be well-formed text without NUL"],
    [
      "with half a character in its uuid",
      anEvent({ uuid: "\ud800" }),
      "uuid: must be well-formed text without NUL",
    ],
    ["without a type", anEvent({ eventType: undefined }), "eventType: is missing"],
    [
      "with a type of 257 characters",
      anEvent({ eventType: "t".repeat(257) }),
      "eventType: must not be longer than 256 characters",
    ],
    ["with an object for a type", anEvent({ eventType: {} }), "eventType: must be a string"],
    [
      "without a time",
      anEvent({ published: undefined }),
      "published: must be a time such as 2026-01-31T12:00:00.000Z",
    ],
    [
      "with a number for a time",
      anEvent({ published: 1762075800000 }),
      "published: must be a time such as 2026-01-31T12:00:00.000Z",
    ],
    [
      "with the year 275760",
      anEvent({ published: "275760-09-13T00:00:00Z" }),
      "published: must be a time such as 2026-01-31T12:00:00.000Z",
    ],
  ])("%s", (_, value, problem) => {
    expect(readEvent(value)).toEqual({ readable: false, problems: [problem] });
  });

  it("with all that is wrong named at once", () => {
    const { problems } = { problems: [], ...readEvent({}) };

    expect(problems).toHaveLength(3);
  });

  it("but for one whose keys are as long as they may be", () => {
    expect(withChanges({ uuid: "u".repeat(128), eventType: "t".repeat(256) })).toMatchObject({
      readable: true,
    });
  });
});
