import { expect, test } from "vitest";
import { filterOutput } from "../../../netlify/cli/start/filter-output.ts";

/** What is left of these lines. */
const printed = (lines: string[], everything = false) => lines.filter(filterOutput(everything));

const lines = [
  "\u001b[36mRequest from ::ffff:127.0.0.1: POST /okta-webhooks-endpoint\u001b[39m",
  "09:30:00 ✓ received delivery e1: 1 event, 12 ms",
  "Response with status 204 in 277 ms.",
  "Request from ::1: GET /api/changes?after=d2r1",
  "✗ 503 the api failed: TypeError",
  "Response with status 503 in 7 ms.",
];

test("Netlify's lines on each call do not stand between ours", () => {
  expect(printed(lines)).toEqual([
    "09:30:00 ✓ received delivery e1: 1 event, 12 ms",
    "✗ 503 the api failed: TypeError",
  ]);
});

test("--debug shows them", () => {
  expect(printed(lines, true)).toEqual(lines);
});

test("an event that no handler listens to is told once for each type", () => {
  const user = "    no handler listens to user.account.lock";
  const group = "    \u001b[2mno handler listens to group.lifecycle.create\u001b[22m";
  expect(printed([user, group, user, group])).toEqual([user, group]);
});
