import { describe, expect, it } from "vitest";
import { readOrigin } from "../../netlify/hook/read-origin.ts";

const hookdeck = {
  "x-hookdeck-eventid": "evt_1",
  "x-hookdeck-attempt-count": "3",
  "x-hookdeck-event-url": "https://dashboard.hookdeck.com/events/evt_1",
};
const originOf = (headers: Record<string, string>) => readOrigin(new Headers(headers));

describe("a delivery came", () => {
  it("from Okta where nothing says otherwise", () => {
    expect(originOf({})).toEqual({ by: "okta" });
  });

  it("from our own preview where its header is there", () => {
    expect(originOf({ "x-okta-event-hook-preview": "1" })).toEqual({ by: "preview" });
  });

  it("through Hookdeck where it has an event id, with attempt and link", () => {
    expect(originOf(hookdeck)).toEqual({
      by: "hookdeck",
      eventId: "evt_1",
      attempt: 3,
      url: "https://dashboard.hookdeck.com/events/evt_1",
    });
  });

  it("through Hookdeck even where our own preview went in at its other end", () => {
    expect(originOf({ ...hookdeck, "x-okta-event-hook-preview": "1" })).toMatchObject({ by: "hookdeck" });
  });
});

describe("of what claims to be Hookdeck", () => {
  it.each(["", "0", "-1", "many", "1e99", "99999999999"])(
    "the attempt %j is taken for the first or a count",
    (count) => {
      expect(originOf({ ...hookdeck, "x-hookdeck-attempt-count": count })).toMatchObject({ attempt: 1 });
    },
  );

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "no address",
    "http://dashboard.hookdeck.com/events/evt_1",
    "https://hookdeck.com.example/events/evt_1",
    "https://nothookdeck.com/events/evt_1",
    "https://sign-in@dashboard.hookdeck.com/events/evt_1",
    "https://evil.example/?https://dashboard.hookdeck.com/events/evt_1",
    "",
    `https://dashboard.hookdeck.com/${"a".repeat(2048)}`,
  ])("the address %.40s is no link", (url) => {
    expect(originOf({ ...hookdeck, "x-hookdeck-event-url": url })).toMatchObject({ url: null });
  });

  it("a long id is cut", () => {
    expect(originOf({ ...hookdeck, "x-hookdeck-eventid": "e".repeat(500) })).toMatchObject({
      eventId: "e".repeat(128),
    });
  });
});
