/** The hook itself: Okta's verification GETs and event POSTs. Wiring only. */
import type { Config, Context } from "@netlify/functions";
import { serveHook } from "../endpoint/serve-hook.ts";

export default function oktaWebhooksEndpoint(request: Request, context: Context): Promise<Response> {
  return serveHook(request, context, (name) => Netlify.env.get(name));
}

export const config: Config = { path: "/okta-webhooks-endpoint" };
