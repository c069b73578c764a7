/** The endpoint: whether somebody listens, and what it answers to the right secret and to a wrong one. */
import { randomUUID } from "node:crypto";
import { ENDPOINT_PATH, isHookdeck, LOCAL_PORT } from "../../base/addresses.ts";
import type { EventHook } from "../../okta/event-hook.ts";
import { delivers } from "../../okta/find-hooks.ts";
import type { HookSettings } from "../../settings/hook-settings.ts";
import { proveSecret } from "../okta/prove-secret.ts";
import { error, type Finding, fine, skipped, warn } from "./finding.ts";
import type { Machine } from "./machine.ts";

/** Nobody listens on this machine, and no other endpoint was asked for. */
const notRunning = skipped(
  "endpoint",
  "not looked at: run npm start in another terminal, or name a site with --url",
);

/**
 * What is wrong when nothing runs here: nothing, unless the org's hook delivers through Hookdeck, whose destination is
 * this machine until it is told another.
 */
export function explainSilence(finding: Finding, hook: EventHook | undefined): Finding {
  if (finding !== notRunning || hook === undefined || !delivers(hook) || !isHookdeck(hook.address))
    return finding;
  return warn(
    "endpoint",
    `nothing listens on port ${LOCAL_PORT}, and the hook delivers through Hookdeck`,
    "npm start, and npm run hookdeck; if Hookdeck forwards to a site, give the site's address with --url",
  );
}

/** @param url the endpoint that was asked for; undefined: the local one, if it runs. */
export async function checkEndpoint(
  url: URL | undefined,
  local: URL,
  settings: HookSettings,
  machine: Machine,
): Promise<Finding[]> {
  const port = Number(local.port) || LOCAL_PORT;
  const taken = await machine.isPortTaken(port);
  const address = url ?? local;
  if (url === undefined && !taken) {
    return [fine(`port ${port}`, "free"), notRunning];
  }
  const listening = fine(`port ${port}`, taken ? "in use" : "free");
  if (isHookdeck(address.href)) {
    return [listening, skipped("endpoint", "Hookdeck answers for it: nothing can be tried through Hookdeck")];
  }
  const { host } = address;
  const proof = await proveSecret(address.href, settings.header, settings.secrets[0]);
  switch (proof.kind) {
    case "accepted":
      return [
        listening,
        fine("endpoint", `${host} answers the challenge`),
        await checkWrongSecret(address, settings),
      ];
    case "rejected": {
      const fix = url
        ? "deploy it with the same OKTA_HOOK_SECRET and OKTA_HOOK_HEADER"
        : "stop npm start and start it again: it read another .env";
      return [listening, error("endpoint", `${host} does not accept OKTA_HOOK_SECRET`, fix)];
    }
    case "blocked":
      return [
        listening,
        proof.paused
          ? error(
              "endpoint",
              `${host} is paused: Netlify answers "Site not available", and what Okta sends now is lost`,
              "the team's credits for this month are used up: buy credits or a larger plan under the team's Billing in Netlify",
            )
          : error(
              "endpoint",
              `${host} answers ${proof.status} with a page that is not the endpoint's`,
              "make the production deploy public under the project's visibility in Netlify, and take it out of password protection: Okta gets that page too",
            ),
      ];
    case "hookdeck":
      return [listening];
    case "unknown":
      return url
        ? [
            listening,
            error("endpoint", proof.why, `mend what it says; the address ends with ${ENDPOINT_PATH}`),
          ]
        : [
            error(
              `port ${port}`,
              `in use, but the endpoint does not answer there: ${proof.why}`,
              "mend what it says, or end what listens there; then npm start",
            ),
          ];
  }
}

async function checkWrongSecret(address: URL, { secrets, header }: HookSettings): Promise<Finding> {
  const proof = await proveSecret(address.href, header, `wrong-${randomUUID()}`);
  if (proof.kind === "rejected") return fine("wrong secret", "refused");
  if (proof.kind !== "accepted") {
    return warn("wrong secret", "what the endpoint makes of it could not be seen", "try again");
  }
  return secrets.length === 0
    ? warn("wrong secret", "accepted: the endpoint is open", "set OKTA_HOOK_SECRET")
    : error(
        "wrong secret",
        `${address.host} lets it in`,
        "set OKTA_HOOK_SECRET where the endpoint runs, and start it again",
      );
}
