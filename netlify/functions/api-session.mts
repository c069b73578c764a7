/** Signing in to the inspector: a function of its own, so that guessing has a strict limit and looking has not. Wiring only. */
import type { Config, Context } from "@netlify/functions";
import { serveApi } from "../api/server/serve.ts";

export default function apiSession(request: Request, context: Context): Promise<Response> {
  return serveApi(request, context, (name) => Netlify.env.get(name), null);
}

export const config: Config = {
  path: "/api/session",
  rateLimit: { action: "rate_limit", aggregateBy: ["ip", "domain"], windowSize: 60, windowLimit: 20 },
};
