import { describe, expect, test } from "vitest";
import { explainEnd, explainNoStart, isErrorLine } from "../../../netlify/cli/start/explain-end.ts";

test("the error that it said is repeated, shortened", () => {
  expect(isErrorLine("RangeError: something new")).toBe(true);
  expect(explainEnd("RangeError: something new")).toContain("RangeError: something new");
  expect(explainEnd(`Error: ${"x".repeat(9999)}`).length).toBeLessThan(300);
});

test("an end without words is no riddle", () => {
  expect(explainEnd(undefined)).toBe("it did not say why.");
});

test.each([
  " ›   Error: Netlify CLI has terminated unexpectedly.",
  "    at Error: (file.js:1:1)",
  "    npm: 11.19.1",
  '  "message": "Error: from a body"',
])("`%s` is not the line of the error that ended it", (line) => {
  expect(isErrorLine(line)).toBe(false);
});

describe("a start that failed", () => {
  test("names the port that is in use, and the way around it", () => {
    expect(explainNoStart("⬥ Could not acquire required 'port': '1337'", undefined)).toContain(
      "npm start -- --port 1338",
    );
  });

  test("repeats the sentence that it ended with, which a stack may have followed", () => {
    const line = "Error: The database in .netlify/db does not open.";
    expect(explainNoStart("    at onPreDev (index.js:1:1)", line)).toBe(
      "The database in .netlify/db does not open.",
    );
  });

  test("an install that an old Node left incomplete is told as that", () => {
    const line =
      "Error: The inspector's page could not be built: Cannot find native binding. npm has a bug related to optional dependencies";
    expect(explainNoStart("", line)).toContain("npm ci again");
  });

  test("otherwise points at what netlify dev said", () => {
    expect(explainNoStart("something else", undefined)).toBe("What it said is above.");
  });
});
