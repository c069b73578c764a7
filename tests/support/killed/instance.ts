/** An instance of the site's functions in a process of its own, driven by messages until it is killed. */
import { registerHooks } from "node:module";
import type { Context } from "@netlify/functions";

/** What the test sends: a delivery's body, or that it is time to sweep. */
export type Order = { readonly deliver: string; readonly id: number } | { readonly sweep: true };
/** What it hears: that the functions are loaded, how they answered, or that a sweep is over. */
export type News =
  | { readonly ready: true }
  | { readonly id: number; readonly status: number }
  | { readonly swept: true };

registerHooks({
  resolve(specifier, context, next) {
    const isSiteHandlers = specifier.endsWith("/handlers/index.ts");
    return next(isSiteHandlers ? new URL("./handlers.ts", import.meta.url).href : specifier, context);
  },
});
Object.assign(globalThis, { Netlify: { env: { get: (name: string) => process.env[name] } } });

/** A folder of bundles, as they are deployed; unset: the sources. */
const { BUNDLES } = process.env;
const load = (name: string) =>
  import(BUNDLES === undefined ? `../../../netlify/functions/${name}.mts` : `${BUNDLES}/${name}.mjs`);
const { default: endpoint } = await load("okta-webhooks-endpoint");
const { default: serveSweep } = await load("sweep");

const context = {
  ip: "127.0.0.1",
  deploy: { id: "1", context: "production", published: true },
  waitUntil: () => {},
} as unknown as Context;

const tell = (news: News) => process.send?.(news);

process.on("message", async (order: Order) => {
  if ("sweep" in order) {
    await serveSweep(new Request("http://localhost/", { method: "POST", body: "{}" }), context);
    tell({ swept: true });
    return;
  }
  const request = new Request("http://localhost/okta-webhooks-endpoint", {
    method: "POST",
    headers: { "content-type": "application/json", authorization: process.env.OKTA_HOOK_SECRET ?? "" },
    body: order.deliver,
  });
  const { status } = await endpoint(request, context);
  tell({ id: order.id, status });
});
tell({ ready: true });
