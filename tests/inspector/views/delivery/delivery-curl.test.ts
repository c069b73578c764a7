import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { curlOf } from "../../../../netlify/inspector/views/delivery/delivery-curl.ts";

/** The shell runs stand-ins that tell their arguments and pass on what they are given. */
function argumentsOf(command: string): string[] {
  const told = execFileSync(
    "sh",
    ["-c", `npm() { printf '%s ' "$@"; }\ncurl() { printf '%s\\0' "$@"; cat; }\n${command}`],
    { env: { OKTA_HOOK_SECRET: "Basic abc", PATH: process.env.PATH }, encoding: "utf8", input: "" },
  );
  return told.split("\0");
}

const endpoint = "https://site.example/okta";

it("is a command that a shell reads as meant, whatever the body holds, and names no secret", () => {
  const body = `{"data":{"events": [ {"uuid":"1","name":"O'Brien $(touch x) \`id\` \\u0000 $& \n é"} ]},"n":1e400}`;
  const command = curlOf({ endpoint, deliveryId: "7", body });
  expect(argumentsOf(command).slice(0, -1)).toEqual([
    "-X",
    "POST",
    endpoint,
    "-H",
    "content-type: application/json",
    "-H",
    "authorization: Basic abc",
    "--data-binary",
    body,
  ]);
  expect(command).not.toContain("Basic");
});

it.each([
  [endpoint, "run -s hook -- show 7 --json --url https://site.example "],
  ["http://localhost:1337/okta", "run -s hook -- show 7 --json "],
])("a body that is too long for a command is read from the site: %s", (address, read) => {
  const command = curlOf({ endpoint: address, deliveryId: "7", body: `"${"é".repeat(60_000)}"` });
  const told = argumentsOf(command);
  expect(told.slice(-2)).toEqual(["@-", read]);
  expect(command.length).toBeLessThan(300);
});
