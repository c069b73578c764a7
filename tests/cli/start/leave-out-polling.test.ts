import { expect, test } from "vitest";
import { leaveOutPolling } from "../../../netlify/cli/start/leave-out-polling.ts";

/** What is left of these lines. */
const printed = (...lines: string[]) => lines.filter(leaveOutPolling());

test("the page's polling and its answers are left out", () => {
  expect(
    printed(
      "Request from ::1: GET /api/changes",
      "Response with status 200 in 545 ms.",
      "Request from ::1: GET /api/changes?after=d2r1",
      "Response with status 200 in 433 ms.",
    ),
  ).toEqual([]);
});

test("everything else stays", () => {
  const lines = [
    "Request from ::ffff:127.0.0.1: POST /okta-webhooks-endpoint",
    "✓ received delivery e1: 1 event, 12 ms",
    "Response with status 204 in 277 ms.",
    "Request from ::1: GET /api/changesets",
    "Response with status 404 in 7 ms.",
  ];
  expect(printed(...lines)).toEqual(lines);
});

test("a poll that fails shows its answer", () => {
  expect(printed("Request from ::1: GET /api/changes", "Response with status 503 in 9 ms.")).toEqual([
    "Response with status 503 in 9 ms.",
  ]);
});

test("colours do not hide a poll", () => {
  expect(printed("\u001b[36mRequest from ::1: GET /api/changes\u001b[39m")).toEqual([]);
});
