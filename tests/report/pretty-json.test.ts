import { describe, expect, it } from "vitest";
import { prettyJson } from "../../netlify/report/pretty-json.ts";

describe("JSON is laid out", () => {
  it.each([
    { a: 1, b: [1, 2, { c: null }], d: {}, e: [], f: "x" },
    [],
    {},
    [[], {}, [[]]],
    "a, {b}: [c]",
    -1.5,
    null,
    { "": { "a:b": "\\", 'q"': '"' } },
  ])("as JSON.stringify does: %j", (value) => {
    expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    expect(prettyJson(JSON.stringify(value, null, "\t\n"))).toBe(JSON.stringify(value, null, 2));
  });

  it("with numbers and escapes as they were written", () => {
    expect(prettyJson('{"a":1e400,"b":1.0,"c":"\\u0000\\/"}')).toBe(
      '{\n  "a": 1e400,\n  "b": 1.0,\n  "c": "\\u0000\\/"\n}',
    );
  });

  it("up to a length, telling how much is left", () => {
    expect(prettyJson('{"a":[1,2,3],"b":4}', 30)).toBe(
      '{\n  "a": [\n    1,\n    2,\n    3\n… and 8 more characters',
    );
  });

  it("to a length that deep nesting cannot multiply", () => {
    const deep = `[${Array.from({ length: 20_000 }, () => "[".repeat(90) + "]".repeat(90)).join()}]`;

    expect(prettyJson(deep).length).toBeLessThan(1_100_000);
  });

  it("even where one string is megabytes long", () => {
    const json = JSON.stringify("\n".repeat(2_000_000));

    expect(prettyJson(json, Number.POSITIVE_INFINITY)).toBe(json);
  });

  it.each(["", "]]]", '{"a', "}{", ":,:", "[".repeat(100_000)])(
    "without a throw where it is none: %.10s",
    (text) => {
      expect(prettyJson(text)).toBeTypeOf("string");
    },
  );
});
