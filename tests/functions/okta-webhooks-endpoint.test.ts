/** The table of answers, put to the endpoint's function in process: every row, the order of the rows, and what is left unsaid. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { answersTable, neverRepeated, privateValue } from "../support/answers-table.ts";
import { callEndpoint, useStore } from "../support/call-endpoint.ts";
import { expectAnswer, requestOf } from "../support/expect-answer.ts";
import { aBodyWith, anEvent } from "../support/hook-body.ts";
import { instanceDatabase } from "../support/instance-database.ts";

const secret = "Basic b2t0YTphLWxvbmctYW5kLXByaXZhdGUtc2VjcmV0";
const signingSecret = "the-signing-secret-of-a-hookdeck-project";
const path = "/okta-webhooks-endpoint";

useStore();

function aPost(body: string | ReadableStream<Uint8Array>, headers: Record<string, string> = {}) {
  return (origin: string) =>
    new Request(new URL(path, origin), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: secret, ...headers },
      body,
      ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
    });
}

/** A body that remembers whether anybody asked for it. */
function aWatchedBody(text: string) {
  let pulled = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled = true;
        controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, wasPulled: () => pulled };
}

describe("the endpoint answers", () => {
  it.each(answersTable.map((row) => [row.name, row] as const))("%s", async (_, row) => {
    const { response, printed, printedAfterwards } = await callEndpoint({
      where: row.where,
      environment: row.environment,
      request: (origin) => requestOf(row, origin),
    });

    await expectAnswer(response, row);
    // A person is told of a delivery once its handlers have finished, or some time is over.
    const told =
      row.where === "locally" && response.status === 204
        ? printedAfterwards.filter((text) => text.includes("received delivery"))
        : printed;
    expect(told).toHaveLength(1);
    // Locally the body is printed, for its owner to read.
    const never = neverRepeated.filter((value) => row.where === "deployed" || value !== privateValue);
    for (const value of never) expect([...printed, ...printedAfterwards].join("\n")).not.toContain(value);
  });
});

describe("a call that violates several rows gets the earliest", () => {
  const wrong = "Basic d3Jvbmc6d3Jvbmc=";
  const tooLarge = "x".repeat(5 * 1024 * 1024 + 1);
  const deep = `${"[".repeat(200)}${"]".repeat(200)}`;
  const secretOnly = { OKTA_HOOK_SECRET: secret };
  const both = { ...secretOnly, HOOKDECK_SIGNING_SECRET: signingSecret };
  const signed = (body: string) => ({
    "x-hookdeck-signature": createHmac("sha256", signingSecret).update(body).digest("base64"),
  });

  // Each call violates its own row and, but for the last, all that come after it.
  interface Call {
    readonly method?: string;
    readonly authorization?: string;
    readonly type?: string;
    readonly body?: string;
    readonly sign?: boolean;
    readonly signature?: string;
  }
  // Each call violates the row that it gets and, as far as that goes, those after it.
  const calls: [name: string, status: number, environment: Record<string, string>, call: Call][] = [
    ["405 before 503", 405, {}, { method: "PUT", authorization: wrong, type: "text/plain", body: tooLarge }],
    ["400 to a browser before 503", 400, {}, { method: "GET", authorization: wrong, type: "text/plain" }],
    ["503 before 401", 503, {}, { authorization: wrong, type: "text/plain", body: tooLarge }],
    ["401 before 415", 401, both, { authorization: wrong, type: "text/plain", body: tooLarge }],
    ["415 before 413", 415, both, { type: "text/plain", body: tooLarge }],
    ["the missing signature's 401 before 413", 401, both, { body: tooLarge }],
    ["413 before the wrong signature's 401", 413, both, { body: tooLarge, signature: "wrong" }],
    ["the wrong signature's 401 before 400", 401, both, { body: "{", signature: "wrong" }],
    ["400 to a body that is no JSON, signed", 400, both, { body: "{", sign: true }],
    ["422 to JSON nested too deep, whatever comes after", 422, both, { body: `${deep}{`, sign: true }],
    ["422 to JSON of another kind", 422, both, { body: "{}", sign: true }],
  ];

  it.each(calls)("%s", async (_, status, environment, call) => {
    const { method = "POST", authorization = secret, type = "application/json", body, sign = false } = call;
    const { signature } = call;
    const { response } = await callEndpoint({
      where: "deployed",
      environment,
      request: (origin) =>
        new Request(new URL(path, origin), {
          method,
          headers: {
            authorization,
            "content-type": type,
            ...(sign && body ? signed(body) : {}),
            ...(signature && { "x-hookdeck-signature": signature }),
          },
          ...(body === undefined ? {} : { body }),
        }),
    });

    expect(response.status).toBe(status);
  });
});

describe("a stranger's call", () => {
  const environment = { OKTA_HOOK_SECRET: secret };

  it.each([
    ["with a wrong secret", { authorization: "Basic d3Jvbmc6d3Jvbmc=" }, environment],
    ["without a secret", { authorization: "" }, environment],
    ["to a receiver that is closed", {}, {}],
    ["without a signature", {}, { ...environment, HOOKDECK_SIGNING_SECRET: signingSecret }],
    ["to a receiver that is set up wrongly", {}, { OKTA_HOOK_HEADER: "no header" }],
  ])("%s has its body left unread", async (_, headers, settings) => {
    const body = aWatchedBody(aBodyWith(anEvent()));

    const { response } = await callEndpoint({
      where: "deployed",
      environment: settings,
      request: aPost(body.stream, headers),
    });

    expect([401, 503]).toContain(response.status);
    expect(body.wasPulled()).toBe(false);
  });

  it("that knows the secret has its body read", async () => {
    const body = aWatchedBody(aBodyWith(anEvent()));

    const { response } = await callEndpoint({ where: "deployed", environment, request: aPost(body.stream) });

    expect(response.status).toBe(204);
    expect(body.wasPulled()).toBe(true);
  });

  it.each(["tunnelled", "deployed"] as const)(
    "%s finds a receiver without a secret closed",
    async (where) => {
      const { response } = await callEndpoint({ where, request: aPost(aBodyWith(anEvent())) });

      expect(response.status).toBe(503);
    },
  );
});

describe("a delivery without the secret that is set", () => {
  const environment = { OKTA_HOOK_SECRET: secret, OKTA_HOOK_HEADER: "x-our-secret" };
  const request = aPost(aBodyWith(anEvent()), { authorization: "" });

  it("is told to the developer as exactly that, with both cures", async () => {
    const { printed } = await callEndpoint({ where: "locally", environment, request });

    expect(printed).toHaveLength(1);
    expect(printed[0]).toContain(
      "the call carries no secret (header x-our-secret), and OKTA_HOOK_SECRET is set here",
    );
    expect(printed[0]).toMatch(/Enter its value in Okta .* with the field x-our-secret/);
    expect(printed[0]).toMatch(/or empty OKTA_HOOK_SECRET in \.env/);
    expect(printed[0]).not.toContain(secret);
  });

  it("is told to the page in the same words", async () => {
    await callEndpoint({ where: "locally", environment, request });

    const { rows } = await instanceDatabase.query(
      "select reason from rejections order by id desc limit 1",
      [],
      {
        timeoutMs: 5_000,
      },
    );
    expect(rows).toEqual([
      { reason: expect.stringMatching(/carries no secret.*Enter its value in Okta.*or empty/) },
    ]);
  });
});

describe("a setting that cannot be used", () => {
  it("closes the endpoint, names the variable and never its value", async () => {
    const { response, printed } = await callEndpoint({
      where: "deployed",
      environment: { OKTA_HOOK_SECRET: "pässwörd" },
      request: aPost(aBodyWith(anEvent())),
    });

    expect(response.status).toBe(503);
    const said = (await response.text()) + printed.join("\n");
    expect(said).toContain("OKTA_HOOK_SECRET");
    expect(said).not.toContain("pässwörd");
  });

  it("costs no delivery where it only concerns the output", async () => {
    const { response, printed } = await callEndpoint({
      where: "locally",
      environment: { LOG_PAYLOADS: "perhaps" },
      request: aPost(aBodyWith(anEvent())),
    });

    expect(response.status).toBe(204);
    expect(printed.join("\n")).toContain("LOG_PAYLOADS must be true or false");
    expect(printed.join("\n")).not.toContain("perhaps");
  });
});

it("asks for a body that was cut off half-way again: no 4xx, which Okta never retries", async () => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"eventType"')),
    pull: (controller) => controller.error(new Error("the connection broke")),
  });

  const { response } = await callEndpoint({ where: "locally", request: aPost(body) });

  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
});

it("takes a body that begins with a byte order mark", async () => {
  const { response } = await callEndpoint({
    where: "locally",
    request: aPost(`\ufeff${aBodyWith(anEvent())}`),
  });

  expect(response.status).toBe(204);
});

describe("what is printed of a delivery", () => {
  const jane = anEvent({ target: [{ id: "00ujane", type: "User", displayName: "Jane\u001b[2J Doe" }] });
  const environment = { OKTA_HOOK_SECRET: secret };

  it("locally is a sentence for each event and the whole body, safe for a terminal", async () => {
    const { printedAfterwards } = await callEndpoint({
      where: "locally",
      environment,
      request: aPost(aBodyWith(jane)),
    });

    const told = printedAfterwards.join("\n");
    expect(told).toContain("Create Okta user: Jane\\u001b[2J Doe (00ujane) by Ada Admin (00uadmin)");
    expect(told).toContain('"eventType": "com.okta.event_hook"');
    expect(told).not.toContain("\u001b");
  });

  it("deployed is one JSON line without personal data", async () => {
    const { printed } = await callEndpoint({
      where: "deployed",
      environment,
      request: aPost(aBodyWith(jane)),
    });

    expect(printed).toHaveLength(1);
    expect(JSON.parse(printed.join())).toMatchObject({
      level: "info",
      outcome: "recorded",
      events: 1,
      types: { "user.lifecycle.create": 1 },
      uuids: [jane.uuid],
    });
    expect(printed.join()).not.toMatch(/Jane|jane@example|Ada/);
  });

  it("deployed holds the body where LOG_PAYLOADS asks for it", async () => {
    const { printed } = await callEndpoint({
      where: "deployed",
      environment: { ...environment, LOG_PAYLOADS: "true" },
      request: aPost(aBodyWith(jane)),
    });

    expect(JSON.parse(printed.join())).toMatchObject({ body: aBodyWith(jane) });
  });
});
