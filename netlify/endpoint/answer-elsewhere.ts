/** Answers for addresses that are not the endpoint's, so that a hook sent astray learns where it should go. */

import { problem } from "../hook/problem.ts";
import { CHALLENGE_HEADER } from "../hook/receive.ts";

/** The endpoint's path: Okta's guide names it, and Hookdeck is told it. */
const ENDPOINT_PATH = "/okta-webhooks-endpoint";

/** 404 for all, with the right address for what looks like a hook; `report` is a line for the log, or null. */
export function answerElsewhere(request: Request): { response: Response; report: string | null } {
  const astray = request.method === "POST" || request.headers.has(CHALLENGE_HEADER);
  if (!astray) return { response: problem(404, "There is nothing at this address."), report: null };
  const detail =
    `Event hooks are received at ${ENDPOINT_PATH}, not here. Give Okta the address with that path; ` +
    `through Hookdeck: hookdeck listen 1337 okta --path ${ENDPOINT_PATH}`;
  return {
    response: problem(404, detail),
    report: `✗ 404 a call missed the endpoint: it belongs at ${ENDPOINT_PATH}`,
  };
}
