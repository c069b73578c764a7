import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { expect, onTestFinished, test } from "vitest";
import { runHook, startWorld } from "./okta/run-hook.ts";

const secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

async function startReceiver(status: number) {
  const bodies: { readonly headers: Record<string, string>; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    bodies.push({ headers: request.headers as Record<string, string>, body });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies };
}

test("sends a signed test, and says that it was taken", async () => {
  const receiver = await startReceiver(202);
  const world = await startWorld();
  Object.assign(world.variables, { ALERT_URL: receiver.url, ALERT_SECRET: secret });
  const seen = await runHook(["alert"], world);
  expect(seen.out).toMatch(/^127\.0\.0\.1:\d+ took the test, signed with ALERT_SECRET\.$/);
  const [sent] = receiver.bodies;
  expect(JSON.parse(sent?.body ?? "")).toMatchObject({ type: "alert.test", data: { kind: "test" } });
  // The commands' clock stands still in tests: only the signature is looked at.
  expect(() => new Webhook(secret).verify(sent?.body ?? "", sent?.headers ?? {})).toThrow(
    /timestamp too old/i,
  );
});

test("says what the address answered", async () => {
  const receiver = await startReceiver(403);
  const world = await startWorld();
  Object.assign(world.variables, { ALERT_URL: receiver.url, ALERT_SECRET: secret });
  const seen = await runHook(["alert"], world);
  expect(seen.screen).toMatch(/The test was not taken: 127\.0\.0\.1:\d+ answered 403\./);
  expect(seen.exitCode).toBe(1);
});

test.for([
  [{}, "ALERT_URL is not set"],
  [{ ALERT_URL: "http://example.com/" }, "ALERT_URL must be an https address"],
  [
    { ALERT_URL: "https://example.com/" },
    "ALERT_SECRET must be set where ALERT_URL is neither Slack nor Teams",
  ],
  [
    { ALERT_URL: "https://example.com/", ALERT_SECRET: "whsec_short" },
    "ALERT_SECRET must be whsec_ and the base64",
  ],
] as const)("with %j says what is wrong", async ([variables, sentence]) => {
  const world = await startWorld();
  Object.assign(world.variables, variables);
  expect((await runHook(["alert"], world)).screen).toContain(sentence);
});
