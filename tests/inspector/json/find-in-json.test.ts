import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findInJson, matchesWithin } from "../../../netlify/inspector/json/find-in-json.ts";

const texts = (text: string, wanted: string, isJson = true) =>
  findInJson(text, wanted, isJson).map(({ start, end }) => text.slice(start, end));

describe("a text is found in JSON", () => {
  it.each([
    ["in keys and values", '{"name":"name","x":["rename"]}', "name", ["name", "name", "name"]],
    ["whatever its capitals", '{"Jane":"JANE","ÄPFEL":"äpfel"}', "jane", ["Jane", "JANE"]],
    ["whatever its capitals, beyond ASCII", '["Äpfel","ÄPFEL"]', "äpfel", ["Äpfel", "ÄPFEL"]],
    ["as it was written", '["j\\u00f6hn"]', "\\u00f6", ["\\u00f6"]],
    ["as its escapes read", '["j\\u00f6hn","x\\ny","plain"]', "jöhn", ['"j\\u00f6hn"']],
    ["as its escapes read, in a key", '{"a\\/b":1}', "a/b", ['"a\\/b"']],
    ["in numbers and words", "[1e400,12345678901234567890,true,null]", "e", ["e", "e"]],
    ["several times in one string", '["aXaXa"]', "xa", ["Xa", "Xa"]],
    ["with a quote, where a string begins or ends", '{"a":"ab","c":"ca"}', '"a', ['"a', '"a']],
    ["not across two tokens", '{"a":"a","b":"a"}', 'a":"a', []],
    ["not in what separates them", '["a","b"]', ",", []],
    ["but in a string that has a separator", '["a,b","c"]', ",", [","]],
    ["behind one that begins in another token", '["xaxa","ya"]', 'a","', []],
    ["with nothing in it being a pattern", '["a.c","abc","[x]*$^(|)"]', "a.c", ["a.c"]],
    ["with all signs of a pattern", '["[x]*$^(|)"]', "[x]*$^(|)", ["[x]*$^(|)"]],
    ["beyond the first plane", '["😀😀","x"]', "😀", ["😀", "😀"]],
    ["beside half a pair", '["\\ud83d",1]', "\ud83d", ['"\\ud83d"']],
    ["nowhere where nothing is wanted", '["a"]', "", []],
  ])("%s", (_, text, wanted, expected) => {
    expect(texts(text, wanted)).toEqual(expected);
  });

  it("every text that is written in a token, however the JSON is spaced", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 6 })), fc.constantFrom(0, 2), (strings, space) => {
        const json = JSON.stringify(strings, null, space);
        for (const string of strings.filter((one) => one !== "")) {
          expect(findInJson(json, JSON.stringify(string), true).length).toBeGreaterThan(0);
          expect(findInJson(json, string, true).length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

it("a text that is no JSON is searched as it stands", () => {
  expect(texts('{"a":"b","c', '"b","c', false)).toEqual(['"b","c']);
});

it("those within a part are found, and those that reach into it", () => {
  const found = [0, 10, 20, 30].map((start) => ({ start, end: start + 5 }));
  const starts = (from: number, to: number) => matchesWithin(found, from, to).map(({ start }) => start);
  expect(starts(0, 40)).toEqual([0, 10, 20, 30]);
  expect(starts(12, 21)).toEqual([10, 20]);
  expect(starts(15, 20)).toEqual([]);
  expect(starts(35, 99)).toEqual([]);
});
