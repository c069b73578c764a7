import fc from "fast-check";
import { expect, it } from "vitest";
import { joinBody } from "../../netlify/hook/body-parts.ts";
import { readDelivery } from "../../netlify/hook/read-delivery.ts";
import { aBodyWithText } from "../support/hook-body.ts";

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

it("a body is put together as it was, however its events are spaced", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ event: fc.json(), before: space, after: space })), (events) => {
      const body = aBodyWithText(events.map(({ event, before, after }) => before + event + after).join(","));
      const reading = readDelivery(body);
      if (reading.outcome !== "event-hook") throw new Error(`The body was ${reading.outcome}.`);
      // None of them is readable: the first hundred are kept one by one.
      const pieces = reading.unreadable.map(({ position, json }) => ({ position, text: json }));
      expect(joinBody(reading, pieces)).toBe(body);
    }),
  );
});

it("an event that is missing takes its comma with it", () => {
  const parts = { envelope: '{"data":{"events":[ ]}}', gaps: [" ", ",\n"] };
  const texts = (...positions: number[]) =>
    joinBody(
      parts,
      positions.map((position) => ({ position, text: String(position) })),
    );
  expect(texts(0, 1, 2)).toBe('{"data":{"events":[ 0,\n1,\n2]}}');
  expect(texts(1, 2)).toBe('{"data":{"events":[ 1,\n2]}}');
  expect(texts(0, 2)).toBe('{"data":{"events":[ 0,\n2]}}');
});

it("an envelope without a place for events takes none", () => {
  expect(joinBody({ envelope: "{}", gaps: null }, [{ position: 0, text: "1" }])).toBeNull();
});
