import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type JsonPart,
  NotJsonError,
  readDocument,
  readMembers,
} from "../../../netlify/inspector/json/scan-json.ts";

/** The text put together again from the parts that were found, as the viewer shows them. */
function rebuilt(text: string, part: JsonPart = readDocument(text)): string {
  if (part.kind !== "object" && part.kind !== "array") return text.slice(part.start, part.end);
  const members = readMembers(text, part).map(({ key, value }) =>
    key === null ? rebuilt(text, value) : `${rebuilt(text, key)}:${rebuilt(text, value)}`,
  );
  return part.kind === "object" ? `{${members.join()}}` : `[${members.join()}]`;
}

describe("every token is found as it was written", () => {
  it.each([
    ["numbers", '{"a":1e400,"b":1.0,"c":12345678901234567890,"d":-0}'],
    ["escapes", '{"a":"\\u0000\\ud800\\/\\u0041\\"\\\\"}'],
    ["strings that end in backslashes", '["\\\\","\\\\\\""]'],
    ["brackets and commas in strings", '{"]}":", [{","b":"\\"]"}'],
    ["a key that is there twice", '{"a":1,"a":2}'],
    ["empty things", '{"a":{},"b":[],"c":""}'],
    ["words", "[true,false,null]"],
    ["a text that is one string", '"a, b]"'],
  ])("%s", (_, text) => {
    expect(rebuilt(text)).toBe(text);
  });

  it("whatever the JSON, and however it is spaced", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2, "\t"), (json, space) => {
        const text = JSON.stringify(JSON.parse(json), null, space);
        expect(rebuilt(text)).toBe(JSON.stringify(JSON.parse(json)));
      }),
    );
  });
});

it.each(["", "{", '{"a"}', '{"a":1 "b":2}', "[1,2", '"abc', "{} {}", "]"])(
  "says of %j that it is not JSON",
  (text) => {
    expect(() => rebuilt(text)).toThrow(NotJsonError);
  },
);
