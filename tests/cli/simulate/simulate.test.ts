import { createHmac } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { CommandError } from "../../../netlify/cli/terminal.ts";
import { readDelivery } from "../../../netlify/hook/read-delivery.ts";
import { listen, type SeenCall } from "../../support/listen.ts";
import { typeHook } from "../../support/type-hook.ts";

const secret = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";

/** Types a command, and gives what a person sees and the exit code. */
const type = (words: readonly string[], environment: Record<string, string> = {}) =>
  typeHook(words, { environment });

/** The event of the first delivery. */
function firstEvent(calls: readonly SeenCall[]): Readonly<Record<string, unknown>> {
  return JSON.parse(calls[0]?.body.toString() ?? "").data.events[0];
}

/** What Okta would take for a passed verification. */
function echoChallenge({ headers }: SeenCall, response: { end(text: string): void }) {
  response.end(JSON.stringify({ verification: headers["x-okta-verification-challenge"] }));
}

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

  test("says what to run where nothing listens that should", async () => {
    const cause = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    const network = vi.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("fetch failed", { cause }));
    onTestFinished(() => network.mockRestore());
    expect((await type(["verify"])).lines.at(-1)).toContain(
      "nothing listens at localhost:1337. Run npm start",
    );
    const elsewhere = await type(["verify", "--url", "http://localhost:13370"]);
    expect(elsewhere.lines.at(-1)).toContain("localhost:13370 cannot be reached (ECONNREFUSED)");
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
    const { lines, code } = await type(["preview", "--no-wait", "--url", url]);
    expect(lines.at(-1)).toMatch(/^204 in \d+ ms {2}[0-9a-f-]{36}$/);
    expect(code).toBe(0);
    const reading = readDelivery(calls[0]?.body.toString() ?? "");
    expect(reading).toMatchObject({
      outcome: "event-hook",
      schemaDeviations: [],
      unreadable: [],
      events: [
        {
          schemaDeviations: [],
          event: { eventType: "user.lifecycle.create", displayMessage: "Create Okta user" },
        },
      ],
    });
  });

  test("makes every delivery new", async () => {
    const { url, calls } = await listen(accept);
    const { lines } = await type(["preview", "--count", "3", "--no-wait", "--url", url]);
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

  test("warns of a type that no hook gets, and delivers it all the same", async () => {
    const { url, calls } = await listen(accept);
    const { lines, code } = await type(["preview", "user.authentication.auth", "--no-wait", "--url", url]);
    expect(lines[0]).toBe(
      "Okta sends user.authentication.auth to no event hook. It is delivered all the same.",
    );
    expect(firstEvent(calls).eventType).toBe("user.authentication.auth");
    expect(code).toBe(0);
  });

  test("asks before it delivers a type that Okta does not have, and names the nearest", async () => {
    const { url, calls } = await listen(accept);
    const mistyped = ["preview", "user.lifecycle.creat", "--no-wait", "--url", url];
    const unasked = await type(mistyped);
    expect(unasked.lines[0]).toContain("user.lifecycle.creat is no event type of Okta's release");
    expect(unasked.lines[0]).toContain("user.lifecycle.create,");
    expect(unasked.lines.at(-1)).toBe("Nothing was delivered: give --yes to deliver it all the same.");
    expect(unasked.code).toBe(1);
    expect(calls).toEqual([]);
    expect((await type([...mistyped, "--yes"])).code).toBe(0);
    expect(firstEvent(calls).eventType).toBe("user.lifecycle.creat");
  });

  test("changes the sample as --set says", async () => {
    const { url, calls } = await listen(accept);
    const changes = [
      "outcome.result=FAILURE",
      "target.0.alternateId=jane@example.com",
      "debugContext.debugData.risk=9",
    ];
    const { lines, code } = await type([
      ...["preview", "user.session.start", "--no-wait", "--url", url],
      ...changes.flatMap((change) => ["--set", change]),
    ]);
    expect(firstEvent(calls)).toMatchObject({
      outcome: { result: "FAILURE", reason: null },
      target: [{ alternateId: "jane@example.com" }],
      debugContext: { debugData: { risk: 9 } },
    });
    expect(lines.join("\n")).toContain("(FAILURE)");
    expect(code).toBe(0);
  });

  test.each(["outcome.result", "=FAILURE", "__proto__.polluted=1", "a..b=1"])(
    "refuses --set %s with a sentence",
    async (change) => {
      const { lines, code } = await type(["preview", "--set", change]);
      expect(lines.join("\n")).toContain('Give it as "path=value"');
      expect(code).toBe(2);
    },
  );

  test("puts an event alone, as `show --json` prints it, into an envelope, without touching a byte of it", async () => {
    const event =
      '{"uuid":"u-1", "published":"2026-11-02T09:30:00Z","eventType":"user.account.lock","n":1e400}';
    const file = join(tmpdir(), `okta-event-hooks-bare-${process.pid}.json`);
    await writeFile(file, `${event}\n`);
    const { url, calls } = await listen(accept);
    const { lines } = await type(["preview", "--file", file, "--no-wait", "--url", url]);
    const body = calls[0]?.body.toString() ?? "";
    expect(body).toContain(`"data":{"events":[${event}]}`);
    expect(readDelivery(body)).toMatchObject({ outcome: "event-hook", schemaDeviations: [], unreadable: [] });
    expect(lines.join("\n")).toContain("one event, in an envelope of ours");
    expect(lines.at(-1)).toMatch(/ {2}u-1$/);
  });

  test("takes the site for its endpoint", async () => {
    const { url, calls } = await listen(accept);
    await type(["preview", "--no-wait", "--url", new URL(url).origin]);
    expect(calls[0]?.url).toBe("/okta-webhooks-endpoint");
  });

  test("says so where the handlers cannot be seen, which is no failure", async () => {
    const { url } = await listen(accept);
    const { lines, code } = await type(["preview", "--url", url]);
    expect(lines.at(-1)).toContain("What its handlers made of it cannot be seen here:");
    expect(code).toBe(0);
  });
});

test.each([
  ["http://localhost:4000", 20_000, "which may have to load first what was just saved"],
  ["https://hooks.example.com", 3_000, "as long as Okta waits"],
])("of %s an answer is waited for %d ms, %s", async (url, limitMs) => {
  const network = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null, { status: 204 }));
  const limit = vi.spyOn(AbortSignal, "timeout");
  onTestFinished(() => {
    network.mockRestore();
    limit.mockRestore();
  });
  await type(["preview", "--no-wait", "--url", url]);
  expect(limit.mock.calls).toEqual([[limitMs]]);
});

describe("--json", () => {
  test("of verify says whether the endpoint passed, and why not", async () => {
    const { url } = await listen(echoChallenge);
    const passed = await type(["verify", "--url", url, "--json"]);
    expect(JSON.parse(passed.out)).toEqual({
      url,
      verified: true,
      status: 200,
      tookMs: expect.any(Number),
      problem: null,
    });
    const nobody = await type(["verify", "--url", "http://127.0.0.1:9/hook", "--json"]);
    expect(JSON.parse(nobody.out)).toMatchObject({ verified: false, status: null, tookMs: null });
    expect(JSON.parse(nobody.out).problem).toContain("cannot be reached");
    expect([passed.code, nobody.code]).toEqual([0, 1]);
  });

  test("of preview says what became of each delivery", async () => {
    let call = 0;
    const { url } = await listen((_call, response) => {
      call += 1;
      if (call === 2) response.writeHead(503).end('{"detail":"Send it again."}');
      else response.writeHead(204).end();
    });
    const { out, code } = await type(["preview", "--count", "2", "--no-wait", "--url", url, "--json"]);
    expect(JSON.parse(out)).toEqual({
      url,
      deliveries: [
        { status: 204, tookMs: expect.any(Number), uuids: [expect.any(String)], problem: null },
        {
          status: 503,
          tookMs: expect.any(Number),
          uuids: [],
          problem: "the endpoint answered 503: Send it again.",
        },
      ],
      events: null,
    });
    expect(code).toBe(1);
  });
});
