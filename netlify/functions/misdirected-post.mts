/** Every POST that misses the endpoint, also where the site publishes a page: `/` above all. Wiring only. */
import type { Config, Context } from "@netlify/functions";
import { serveMisdirected } from "../endpoint/serve-misdirected.ts";

export default function misdirectedPost(request: Request, context: Context): Response {
  return serveMisdirected(request, context, (name) => Netlify.env.get(name));
}

export const config: Config = {
  path: "/*",
  excludedPath: ["/okta-webhooks-endpoint", "/api/*", "/.netlify/*"],
  method: "POST",
};
