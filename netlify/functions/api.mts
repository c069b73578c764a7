/** The JSON behind the page and the commands. Wiring only; signing in has a function of its own. */
import type { Config, Context } from "@netlify/functions";
import { serveApi } from "../api/server/serve.ts";

const environment = (name: string) => Netlify.env.get(name);

export default function api(request: Request, context: Context): Promise<Response> {
  return serveApi(request, context, environment, async (sample) => {
    // Loaded when needed: nothing deployed sends samples.
    const { serveHook } = await import("../endpoint/serve-hook.ts");
    return serveHook(sample, context, environment);
  });
}

// The limit is for whoever guesses at `authorization: Bearer`; an office that watches the page stays far below it.
// https://docs.netlify.com/manage/security/secure-access-to-sites/rate-limiting/
export const config: Config = {
  path: "/api/*",
  excludedPath: "/api/session",
  rateLimit: { action: "rate_limit", aggregateBy: ["ip", "domain"], windowSize: 60, windowLimit: 300 },
};
