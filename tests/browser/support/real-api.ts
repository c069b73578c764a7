/** The site's own functions behind the served page, in this process, over a real Postgres: what a deploy or `netlify dev` runs. */
import type { Context } from "@netlify/functions";
import { openBlobCache } from "../../../netlify/blob-cache/blob-cache.ts";
import inspector from "../../../netlify/functions/api.mts";
import inspectorSession from "../../../netlify/functions/api-session.mts";
import oktaWebhooksEndpoint from "../../../netlify/functions/okta-webhooks-endpoint.mts";
import sweep from "../../../netlify/functions/sweep.mts";
import { aBodyWith } from "../../support/hook-body.ts";
import type { Api } from "./serve-page.ts";

export interface RealApi {
  readonly api: Api;
  /** Waits until the work that was left for after an answer is done: handlers have run. */
  settled(): Promise<void>;
  /** An hour later the sweep comes: Okta's log is looked at, alerts are told. */
  sweep(): Promise<void>;
}

/**
 * Needs `NETLIFY_DB_URL`.
 * @param where `deployed` is a published production deploy, though its address is localhost
 * @param environment read anew at each call: a test may change it
 */
export function realApi(
  where: "locally" | "deployed",
  environment: Readonly<Record<string, string>> = {},
): RealApi {
  const local = where === "locally";
  const usual: Readonly<Record<string, string>> = {
    LOG_PAYLOADS: "false",
    // The driver asks for it here, where there is a `Netlify`.
    NETLIFY_DB_URL: process.env.NETLIFY_DB_URL ?? "",
    ...(local && { NETLIFY_DEV: "true" }),
  };
  const setEnvironment = () => {
    const get = (name: string) => environment[name] ?? usual[name];
    Object.assign(globalThis, { Netlify: { env: { get } } });
  };
  const afterwards: Promise<unknown>[] = [];
  const context = {
    ip: local ? "127.0.0.1" : "203.0.113.7",
    deploy: { context: local ? "dev" : "production", published: !local },
    waitUntil: (work: Promise<unknown>) => void afterwards.push(work),
  } as unknown as Context;
  return {
    api(request) {
      setEnvironment();
      const { pathname } = new URL(request.url);
      if (pathname === "/okta-webhooks-endpoint") return oktaWebhooksEndpoint(request, context);
      return pathname === "/api/session" ? inspectorSession(request, context) : inspector(request, context);
    },
    async settled() {
      for (let done = 0; done < afterwards.length; done = afterwards.length) await Promise.all(afterwards);
    },
    async sweep() {
      setEnvironment();
      // That it was there in this hour, the sweep keeps in Blobs.
      await openBlobCache({ databaseId: null, report: () => {} }).remove("sweep");
      const response = await sweep(new Request("http://localhost/", { method: "POST" }), context);
      if (!response.ok) throw new Error(`The sweep answered ${response.status}: ${await response.text()}`);
    },
  };
}

/** Delivers events as Okta does. A text is a body of its own. */
export async function deliver(
  url: string,
  ...events: readonly Record<string, unknown>[] | [string]
): Promise<void> {
  const [first] = events;
  const response = await fetch(`${url}/okta-webhooks-endpoint`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof first === "string" ? first : aBodyWith(...events),
  });
  if (response.status !== 204) throw new Error(`The delivery was answered ${response.status}.`);
}
