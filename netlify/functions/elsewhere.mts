/**
 * Every other address of the site: tells a hook that was sent astray the right one. `hookdeck listen 1337` without `--path`
 * delivers to `/`, for instance. What the site publishes comes first (`preferStatic`).
 */
import type { Config } from "@netlify/functions";
import { answerElsewhere } from "../endpoint/answer-elsewhere.ts";

export default function elsewhere(request: Request): Response {
  const { response, report } = answerElsewhere(request);
  if (report !== null) console.warn(report);
  return response;
}

export const config: Config = {
  path: "/*",
  excludedPath: ["/okta-webhooks-endpoint", "/api/*", "/.netlify/*"],
  preferStatic: true,
};
