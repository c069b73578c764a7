/** Every address that the site has nothing at: a challenge that comes here is told the endpoint's address. Wiring only. */
import type { Config, Context } from "@netlify/functions";
import { serveMisdirected } from "../endpoint/serve-misdirected.ts";

export default function misdirected(request: Request, context: Context): Response {
  return serveMisdirected(request, context, (name) => Netlify.env.get(name));
}

export const config: Config = {
  path: "/*",
  excludedPath: ["/okta-webhooks-endpoint", "/api/*", "/.netlify/*"],
  method: "GET",
  preferStatic: true,
};
