/** Every other address of the site. What the site publishes comes first (`preferStatic`). Wiring only. */
import type { Config, Context } from "@netlify/functions";
import { serveElsewhere } from "../endpoint/serve-elsewhere.ts";

export default function elsewhere(request: Request, context: Context): Response {
  return serveElsewhere(request, context, (name) => Netlify.env.get(name));
}

export const config: Config = {
  path: "/*",
  excludedPath: ["/okta-webhooks-endpoint", "/api/*", "/.netlify/*"],
  preferStatic: true,
};
