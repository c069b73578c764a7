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

// The limit is for whoever guesses at `authorization: Bearer`. Netlify counts calls by address and path alone, so the page's are
// counted too: it asks 6 times a minute, so that an office stays below. 180 s is Netlify's longest window: a burst of looking
// passes, and a hundred guesses a minute are all that last.
// https://docs.netlify.com/manage/security/secure-access-to-sites/rate-limiting/
export const config: Config = {
  path: "/api/*",
  excludedPath: "/api/session",
  rateLimit: { action: "rate_limit", aggregateBy: ["ip", "domain"], windowSize: 180, windowLimit: 300 },
};
