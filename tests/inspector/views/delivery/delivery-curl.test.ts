import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { curlOf } from "../../../../netlify/inspector/views/delivery/delivery-curl.ts";

it("is a command that a shell reads as meant, whatever the body holds, and names no secret", () => {
  const event = `{"uuid":"1","name":"O'Brien $(touch x) \`id\` \\u0000 $& \n é"}`;
  const command =
    curlOf("https://site.example/okta", '{"data":{"events": [ ]},"n":1e400}', [event, "{}"]) ?? "";

  // The shell runs a stand-in for curl that tells its arguments.
  const told = execFileSync("sh", ["-c", `curl() { printf '%s\\0' "$@"; }\n${command}`], {
    env: { OKTA_HOOK_SECRET: "Basic abc" },
    encoding: "utf8",
  }).split("\0");

  expect(told.slice(0, -1)).toEqual([
    "-X",
    "POST",
    "https://site.example/okta",
    "-H",
    "content-type: application/json",
    "-H",
    "authorization: Basic abc",
    "--data-binary",
    `{"data":{"events": [ ${event},{}]},"n":1e400}`,
  ]);
  expect(command).not.toContain("Basic");
});

it("is none where the envelope has no place for events", () => {
  expect(curlOf("https://site.example/okta", "{}", [])).toBeNull();
});
