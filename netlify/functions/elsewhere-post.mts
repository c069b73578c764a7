/** Every POST that misses the endpoint, also where the site publishes a page: `/` above all. Wiring only. */
import type { Config, Context } from "@netlify/functions";
import { serveElsewhere } from "../endpoint/serve-elsewhere.ts";

export default function elsewherePost(request: Request, context: Context): Response {
  return serveElsewhere(request, context, (name) => Netlify.env.get(name));
}

export const config: Config = {
  path: "/*",
  excludedPath: ["/okta-webhooks-endpoint", "/api/*", "/.netlify/*"],
  method: "POST",
};
