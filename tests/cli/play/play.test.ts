import { createHmac } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, describe, expect, test } from "vitest";
import { previewCommand, verifyCommand } from "../../../netlify/cli/play/commands.ts";
import { CommandError } from "../../../netlify/cli/terminal.ts";
import { readDelivery } from "../../../netlify/hook/read-delivery.ts";
import { fakeTerminal } from "../../support/fake-terminal.ts";
import { listen, type SeenCall } from "../../support/listen.ts";

const secret = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";

/** Types a command, and gives what a person sees and the exit code. */
async function type(words: readonly string[], environment: Record<string, string> = {}) {
  const terminal = fakeTerminal();
  const program = new Command()
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.error });
  for (const command of [verifyCommand, previewCommand]) {
    program.addCommand(command((name) => environment[name], terminal).copyInheritedSettings(program));
  }
  const error = await program.parseAsync(words, { from: "user" }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return { lines: terminal.lines, code, error };
}

/** What Okta would take for a passed verification. */
function echoChallenge({ headers }: SeenCall, response: { end(text: string): void }) {
  response.end(JSON.stringify({ verification: headers["x-okta-verification-challenge"] }));
}

afterEach(() => {
  expect(process.exitCode, "an exit code was left behind").toBeUndefined();
});

describe("verify", () => {
  test("says VERIFIED when the challenge comes back, and sends the secret without showing it", async () => {
    const { url, calls } = await listen(echoChallenge);
    const { lines, code } = await type(["verify", "--url", url], { OKTA_HOOK_SECRET: secret });
    expect(lines.at(-1)).toBe("VERIFIED");
    expect(code).toBe(0);
    expect(calls.map(({ method, headers }) => [method, headers.authorization])).toEqual([["GET", secret]]);
    expect(lines.join("\n")).not.toContain(secret);
  });

  test("sends the secret in the header that was chosen, and further headers", async () => {
    const { url, calls } = await listen(echoChallenge);
    const settings = { OKTA_HOOK_SECRET: secret, OKTA_HOOK_HEADER: "X-Okta-Secret" };
    await type(["verify", "--url", url, "--header", "X-One: 1", "--header", "x-two: a: b"], settings);
    expect(calls[0]?.headers).toMatchObject({ "x-okta-secret": secret, "x-one": "1", "x-two": "a: b" });
    expect(calls[0]?.headers).not.toHaveProperty("authorization");
  });

  const faults: readonly [string, (response: import("node:http").ServerResponse) => void, string][] = [
    [
      "a refusal, with the detail of the problem",
      (response) => response.writeHead(401).end('{"detail":"The header x must carry the secret."}'),
      "NOT VERIFIED: the endpoint answered 401: The header x must carry the secret.",
    ],
    [
      "a redirect, which Okta would not follow",
      (response) => response.writeHead(302, { location: "/elsewhere" }).end(),
      "NOT VERIFIED: the endpoint answered 302, a redirect, and Okta follows none.",
    ],
    [
      "a page instead of JSON",
      (response) => response.end("<html>"),
      'NOT VERIFIED: the answer is not JSON such as {"verification": "…"}.',
    ],
    [
      "another value than the challenge",
      (response) => response.end('{"verification":"something else"}'),
      "NOT VERIFIED: the answer does not repeat the challenge.",
    ],
    [
      "text that would steer the terminal",
      (response) => response.writeHead(500).end("\u001b[2Jgone \u202e"),
      "NOT VERIFIED: the endpoint answered 500: \\u001b[2Jgone \\u202e",
    ],
    [
      "an empty answer",
      (response) => response.writeHead(500).end(),
      "NOT VERIFIED: the endpoint answered 500: (an empty body)",
    ],
  ];
  test.each(faults)("explains %s", async (_, answer, line) => {
    const { url } = await listen((_call, response) => answer(response));
    const { lines, code } = await type(["verify", "--url", url]);
    expect(lines.at(-1)).toBe(line);
    expect(code).toBe(1);
  });

  test("says that nothing listens", async () => {
    const { lines, code } = await type(["verify", "--url", "http://127.0.0.1:9/okta-webhooks-endpoint"]);
    expect(lines.at(-1)).toMatch(/^NOT VERIFIED: 127\.0\.0\.1:9 cannot be reached/);
    expect(code).toBe(1);
  });

  test("does not send a secret to another machine in the clear", async () => {
    const { error } = await type(["verify", "--url", "http://example.com/hook"], {
      OKTA_HOOK_SECRET: secret,
    });
    expect(error).toEqual(
      new CommandError("The secret goes to https or to this machine only, not to http://example.com."),
    );
  });

  test.each(["nonsense", "ftp://example.com/", "localhost:1337"])("refuses %s as an address", async (url) => {
    const { error } = await type(["verify", "--url", url]);
    expect(error).toBeInstanceOf(CommandError);
  });
});

describe("preview", () => {
  const accept = (_call: SeenCall, response: import("node:http").ServerResponse) =>
    void response.writeHead(204).end();

  test("delivers a user.lifecycle.create that the endpoint reads without a remark", async () => {
    const { url, calls } = await listen(accept);
    const { lines, code } = await type(["preview", "--url", url]);
    expect(lines.at(-1)).toMatch(/^204 in \d+ ms$/);
    expect(code).toBe(0);
    const reading = readDelivery(calls[0]?.body.toString() ?? "");
    expect(reading).toMatchObject({
      outcome: "event-hook",
      departures: [],
      unreadable: [],
      events: [
        { departures: [], event: { eventType: "user.lifecycle.create", displayMessage: "Create Okta user" } },
      ],
    });
  });

  test("makes every delivery new", async () => {
    const { url, calls } = await listen(accept);
    const { lines } = await type(["preview", "--count", "3", "--url", url]);
    const ids = calls.map(({ body }) => {
      const reading = readDelivery(body.toString());
      return reading.outcome === "event-hook" ? [reading.eventId, reading.events[0]?.event.uuid] : [];
    });
    expect(new Set(ids.flat()).size).toBe(6);
    expect(lines.at(-1)).toBe("3 of 3 deliveries were accepted");
  });

  test("delivers the sparse sample, full of nulls, under any event type", async () => {
    const { url, calls } = await listen(accept);
    await type(["preview", "user.account.lock", "--sample", "--url", url]);
    const { data } = JSON.parse(calls[0]?.body.toString() ?? "{}");
    expect(data.events[0]).toMatchObject({
      eventType: "user.account.lock",
      actor: null,
      target: null,
      debugContext: null,
      outcome: { result: "Success" },
    });
  });

  test("delivers a file byte for byte, and signs the bytes as Hookdeck would", async () => {
    const bytes = Buffer.from('{ "eventType" : "é\\u0000", "n": 1e400 }\n');
    const file = join(tmpdir(), `okta-event-hooks-${process.pid}.json`);
    await writeFile(file, bytes);
    const { url, calls } = await listen(accept);
    await type(["preview", "--file", file, "--url", url], { HOOKDECK_SIGNING_SECRET: "signing" });
    expect(calls[0]?.body.equals(bytes)).toBe(true);
    const expected = createHmac("sha256", "signing").update(bytes).digest("base64");
    expect(calls[0]?.headers["x-hookdeck-signature"]).toBe(expected);
  });

  test("says why a delivery was not accepted", async () => {
    const { url } = await listen(
      (_call, response) => void response.writeHead(503).end('{"detail":"Send it again."}'),
    );
    const { lines, code } = await type(["preview", "--url", url]);
    expect(lines.at(-1)).toBe("NOT ACCEPTED: the endpoint answered 503: Send it again.");
    expect(code).toBe(1);
  });

  test.each([
    [["preview", "--count", "0"], "Give a whole number from 1 to 1000."],
    [["preview", "--count", "1e9"], "Give a whole number from 1 to 1000."],
    [["preview", "--header", "no colon"], 'Give it as "name: value".'],
    [["preview", "--header", "bad name: x"], 'Give it as "name: value".'],
    [["preview", "--sample", "--file", "x.json"], "cannot be used with"],
    [["verifi"], "Did you mean verify?"],
  ])("refuses %j with a sentence", async (words, sentence) => {
    const { lines, error } = await type(words);
    expect(lines.join("\n")).toContain(sentence);
    expect(error).not.toBeNull();
  });

  test("says that a file cannot be read", async () => {
    const { error } = await type(["preview", "--file", "no-such-file.json"]);
    expect(error).toEqual(new CommandError("no-such-file.json cannot be read (ENOENT)."));
  });
});
