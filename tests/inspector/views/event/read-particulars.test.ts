import { expect, it } from "vitest";
import { readParticulars } from "../../../../netlify/inspector/views/event/read-particulars.ts";

const nothing = { reason: null, ip: null, place: null, device: null, targets: [] };

it("tells from where, to whom all, and why", () => {
  const event = {
    outcome: { result: "FAILURE", reason: "LOCKED_OUT" },
    client: {
      ipAddress: "203.0.113.42",
      geographicalContext: { city: "San Francisco", state: null, country: "United States" },
      userAgent: { browser: "CHROME", os: "Mac OS X" },
      device: "Computer",
    },
    target: [{ type: "User", displayName: "Jane Doe", alternateId: "jane.doe@example.com", id: "00u1" }, {}],
  };
  expect(readParticulars(JSON.stringify(event))).toEqual({
    reason: "LOCKED_OUT",
    ip: "203.0.113.42",
    place: "San Francisco, United States",
    device: "CHROME on Mac OS X, Computer",
    targets: [
      { type: "User", name: "Jane Doe", login: "jane.doe@example.com", id: "00u1" },
      { type: null, name: null, login: null, id: null },
    ],
  });
});

it("takes the address from the chain where a hook's event has it only there", () => {
  expect(readParticulars('{"client":{"ipChain":[{"ip":"203.0.113.7"}]}}').ip).toBe("203.0.113.7");
});

it.each([
  ["forgotten", null],
  ["not JSON", "{"],
  ["no object", "[1]"],
  ["null everywhere", '{"client":null,"outcome":null,"target":null}'],
  ["of other kinds", '{"client":"x","outcome":[],"target":{"id":1}}'],
  [
    "unknown",
    '{"client":{"device":"Unknown","userAgent":{"os":"unknown"},"geographicalContext":{"city":"null"}}}',
  ],
])("says nothing of an event that is %s", (_, json) => {
  expect(readParticulars(json)).toEqual(nothing);
});
