/** An org that answers as Okta's does, and somebody who is told alerts; both end with the test. */
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { startOrg } from "../../okta/stand-in/start-org.ts";
import { startBlobs } from "../../support/blobs.ts";

export const SECRET = "Basic b2t0YTphLXNlY3JldC1vZi10aGlzLXRlc3Q=";
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** An org with the site's app, and what the site has to know of it. */
export async function anOrg() {
  let leadsTo = "";
  const org = await startOrg({
    // Okta takes https only; here the address leads to the served site.
    resolve: () => leadsTo,
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      scopes: ["okta.eventHooks.read", "okta.logs.read"],
    },
    timeoutMs: 10_000,
  });
  onTestFinished(async () => {
    await org[Symbol.asyncDispose]();
    expect(org.violations).toEqual([]);
  });
  // What the sweep saw last is kept there.
  const blobs = await startBlobs();
  onTestFinished(blobs.stop);
  const environment: Record<string, string> = {
    NETLIFY_BLOBS_CONTEXT: blobs.context,
    OKTA_ORG_URL: org.url,
    OKTA_CLIENT_ID: "0oaApp",
    OKTA_PRIVATE_KEY: JSON.stringify(privateKey.export({ format: "jwk" })),
    CATCH_UP: "on",
  };
  const createHook = (siteUrl: string) => {
    leadsTo = `${siteUrl}/okta-webhooks-endpoint`;
    const { body } = org.state.create({
      name: "New user event hook",
      events: { type: "EVENT_TYPE", items: ["user.lifecycle.create"] },
      channel: {
        type: "HTTP",
        version: "1.0.0",
        config: {
          uri: "https://site.example/okta-webhooks-endpoint",
          authScheme: { type: "HEADER", key: "authorization", value: SECRET },
        },
      },
    });
    const hook = org.state.hooks.get(Object(body).id);
    if (hook === undefined) throw new Error("The stand-in made no hook.");
    return hook;
  };
  return { org, environment, createHook };
}

/** Somebody who is told alerts, and takes them or does not. */
export async function aReceiver() {
  const receiver = { url: "", takes: true };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(receiver.takes ? 204 : 500).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return receiver;
}
