/** The endpoint's own function in this process, as deployed: a Request in, a Response out. */
import { registerHooks } from "node:module";
import type { Context } from "@netlify/functions";
import oktaWebhooksEndpoint from "../../netlify/functions/okta-webhooks-endpoint.mts";
import { instanceDatabase } from "../support/instance-database.ts";
import { setNetlifyEnvironment } from "../support/netlify-environment.ts";

// The endpoint loads its handlers after its first answer.
registerHooks({
  resolve(specifier, context, next) {
    const isSiteHandlers = specifier.endsWith("/handlers/index.ts");
    return next(isSiteHandlers ? new URL("./handlers.ts", import.meta.url).href : specifier, context);
  },
});

/** What the measured endpoint is opened with. */
export const benchSecret = "Basic YmVuY2g6YS1sb25nLWFuZC1wcml2YXRlLXNlY3JldA==";

/** A request with a delivery, as Okta sends it. */
export function deliveryRequest(body: string): Request {
  return new Request("https://hooks.example/okta-webhooks-endpoint", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", authorization: benchSecret },
    body,
  });
}

/** The endpoint, and what it takes to measure it. */
export interface Endpoint {
  /** Calls it. @throws when it does not answer 204. */
  call(request: Request): Promise<void>;
  /** Waits until everything is done that it left for after its answers. */
  rest(): Promise<void>;
  /** Makes it use another database from now on. */
  use(databaseUrl: string): Promise<void>;
}

/** Opens the endpoint. What it prints goes nowhere: the making of the lines is timed, the terminal is not. */
export function openEndpoint(): Endpoint {
  setNetlifyEnvironment({ OKTA_HOOK_SECRET: benchSecret });
  let left: Promise<unknown>[] = [];
  const context = {
    deploy: { context: "production", id: "bench", published: true },
    ip: "198.51.100.7",
    waitUntil: (work: Promise<unknown>) => void left.push(work),
  } as unknown as Context;
  for (const level of ["info", "warn", "debug"] as const) console[level] = () => {};

  return {
    async call(request) {
      const { status } = await oktaWebhooksEndpoint(request, context);
      if (status !== 204) throw new Error(`The endpoint answered ${status}`);
    },
    async rest() {
      const work = left;
      left = [];
      await Promise.all(work);
    },
    async use(databaseUrl) {
      await instanceDatabase.close();
      Netlify.env.set("NETLIFY_DB_URL", databaseUrl);
    },
  };
}
