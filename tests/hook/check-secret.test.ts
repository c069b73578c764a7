import { describe, expect, it } from "vitest";
import { checkSecret, equalInConstantTime } from "../../netlify/hook/check-secret.ts";

describe("a secret", () => {
  it.each([
    ["right when it is the current one", "now", ["now", "before"], "right"],
    ["right when it is the previous one", "before", ["now", "before"], "right"],
    ["missing when the header is", null, ["now"], "missing"],
    ["wrong when it is another", "later", ["now", "before"], "wrong"],
    ["wrong when it is empty", "", ["now"], "wrong"],
    ["wrong when it differs in case", "NOW", ["now"], "wrong"],
    ["wrong when it only begins right", "now!", ["now"], "wrong"],
    ["wrong when it is both, as two headers of one name arrive", "now, now", ["now"], "wrong"],
    ["wrong where none is accepted", "now", [], "wrong"],
  ] as const)("is %s", (_, sent, accepted, expected) => {
    expect(checkSecret(sent, accepted)).toBe(expected);
  });
});

describe("the constant-time comparison", () => {
  it.each([
    ["", "", true],
    ["same", "same", true],
    ["same", "sane", false],
    ["short", "much longer than the other", false],
    ["é", "é", true],
    ["x".repeat(100_000), "", false],
  ])("takes texts of any two lengths", (one, other, equal) => {
    expect(equalInConstantTime(one, other)).toBe(equal);
  });
});
