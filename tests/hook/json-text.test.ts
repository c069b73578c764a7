import { describe, expect, it } from "vitest";
import { outlineJson } from "../../netlify/hook/json-text.ts";

/** The elements of `data.events`, as they are written. */
function eventTexts(json: string): string[] {
  const { spans } = outlineJson(json, 100);
  return Array.from({ length: spans.length / 2 }, (_, n) => json.slice(spans[2 * n], spans[2 * n + 1]));
}

describe("each event's text is exact", () => {
  it.each([
    ["numbers as they were written", '{"a":1e400,"b":1.0,"c":12345678901234567890,"d":-0}'],
    ["escapes as they were written", '{"a":"\\u0000\\ud800\\/\\u0041\\"\\\\"}'],
    ["white space within", '{ "a" :\t[ 1 ,\n 2 ] }'],
    ["brackets and commas in strings", '{"a":"]}, [{","]":"\\"]"}'],
    ["repeated keys within", '{"a":1,"a":2,"data":{"events":[3]}}'],
    ["a list", "[[1],[2]]"],
    ["a string", '"a, b]"'],
    ["a string that ends in backslashes", '"\\\\\\\\"'],
    ["a number", "-1.5e+10"],
    ["a word", "null"],
  ])("with %s", (_, text) => {
    expect(eventTexts(`{"data":{"events":[${text}]}}`)).toEqual([text]);
    expect(eventTexts(`{"data":{"events":[ ${text}\n,\t${text} , 0]},"x":1}`)).toEqual([text, text, "0"]);
  });
});

describe("the events found are those that JSON.parse keeps", () => {
  it.each([
    ["the last `data` of two", '{"data":{"events":[1]},"data":{"events":[2,3]}}'],
    ["the last `events` of two", '{"data":{"events":[1,2],"events":[3]}}'],
    ["keys written with escapes", '{"\\u0064ata":{"ev\\u0065nts":[1,2]}}'],
    ["a key written plainly and then with escapes", '{"data":{"events":[1]},"d\\u0061ta":{"events":[2]}}'],
    ["a key that only begins alike", '{"data":{"events":[1],"events2":[2]},"data2":{"events":[3]}}'],
    [
      "`data.events` within other things",
      '{"x":{"data":{"events":[1]}},"data":{"x":{"events":[2]},"events":[3]}}',
    ],
    ["strings that read like keys", '{"a":"data","data":{"b":"events","events":["data",{"events":[1]}]}}'],
    ["lists within lists", '{"data":{"x":[[1]],"events":[[],[[]],{}]}}'],
    ["none in an empty list", '{"data":{"events":[ ]}}'],
    ["`__proto__` as a key", '{"__proto__":{"data":{"events":[1]}},"data":{"__proto__":[2],"events":[3]}}'],
  ])("%s", (_, json) => {
    const { data } = JSON.parse(json);
    expect(eventTexts(json).map((text) => JSON.parse(text))).toEqual(data.events);
  });

  it.each([
    ["where `data` is a list", '{"data":[["events",1]]}'],
    ["where `events` is an object", '{"data":{"events":{"a":[1]}}}'],
    ["where a later `data` has none", '{"data":{"events":[1]},"data":{}}'],
    ["where a later `events` is no list", '{"data":{"events":[1],"events":null}}'],
    ["where the body is a list", '[{"data":{"events":[1]}}]'],
    ["where there is nothing", ""],
  ])("none %s", (_, json) => {
    expect(eventTexts(json)).toEqual([]);
  });
});

describe("the depth", () => {
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

  it.each([
    ["of a bare value is 0", "1", 0],
    ["counts objects and lists", '{"a":[{}]}', 3],
    ["is that of the deepest place", `[${nested(3)},${nested(7)},1]`, 8],
    ["ignores brackets in strings", '["[[[[{{{{"]', 1],
    ["at the limit is told", nested(100), 100],
    ["past the limit is told as one more", nested(250_000), 101],
  ])("%s", (_, json, depth) => {
    expect(outlineJson(json, 100).depth).toBe(depth);
  });

  it.each(['"', '"\\', "[", "]", "}}}", '{"data":{"events":[', ":", ",,,", "[}", '{"data":{"events":["a'])(
    "of %j, which is no JSON, is told without a throw",
    (text) => {
      expect(outlineJson(text, 100).depth).toBeLessThanOrEqual(100);
    },
  );
});
