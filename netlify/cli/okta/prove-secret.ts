/** Whether the endpoint accepts a secret, asked before the org is changed: a hook that cannot be verified is silent. */
import { randomUUID } from "node:crypto";
import { isConfidential, isHookdeck } from "../../base/addresses.ts";
import { PROBE_HEADER } from "../../hook/read-origin.ts";
import { CHALLENGE_HEADER } from "../../hook/receive.ts";
import type { HookSettings } from "../../settings/hook-settings.ts";
import { callEndpoint, explainAnswer } from "../simulate/call-endpoint.ts";

/** What the endpoint made of the secret. */
export type Proof =
  | { readonly kind: "accepted" }
  | { readonly kind: "rejected" }
  /**
   * Answered by something in front of the endpoint, whose own refusals are JSON: a private project or a site's password, or
   * (`paused`) Netlify, because the team has used up its credits.
   */
  | { readonly kind: "blocked"; readonly status: number; readonly paused: boolean }
  /** Hookdeck answers the challenge itself, whatever the secret. */
  | { readonly kind: "hookdeck" }
  /** `reached`: something answered, or let us wait, as it would Okta. */
  | { readonly kind: "unknown"; readonly why: string; readonly reached: boolean };

/** The page of a paused project: https://docs.netlify.com/manage/accounts-and-billing/billing/resume-paused-projects */
const PAUSED = /site not available/i;

/** Whether a redirect leads to Netlify's own sign-in. */
function leadsToNetlify(location: string, from: URL): boolean {
  const hostname = URL.parse(location, from.href)?.hostname;
  return hostname === "app.netlify.com" || hostname === "netlify.com" || hostname === "www.netlify.com";
}

/** Plays the verification with this secret; undefined: with none. */
export async function proveSecret(
  address: string,
  header: string,
  secret: string | undefined,
): Promise<Proof> {
  if (isHookdeck(address)) return { kind: "hookdeck" };
  const url = new URL(address);
  if (!isConfidential(url)) {
    return { kind: "unknown", why: "the secret goes to https or to this machine only", reached: false };
  }
  const challenge = randomUUID();
  const settings: HookSettings = {
    secrets: secret === undefined ? [] : [secret],
    header,
    signingSecret: undefined,
  };
  const answer = await callEndpoint({
    method: "GET",
    url,
    headers: [
      [CHALLENGE_HEADER, challenge],
      ["accept", "application/json"],
      [PROBE_HEADER, "1"],
    ],
    settings,
  });
  if (answer.kind === "answered") {
    const isPage = !answer.text.trim().startsWith("{");
    if (isPage && PAUSED.test(answer.text)) return { kind: "blocked", status: answer.status, paused: true };
    if (answer.location !== undefined && leadsToNetlify(answer.location, url)) {
      return { kind: "blocked", status: answer.status, paused: false };
    }
    if (answer.status === 401 || answer.status === 403) {
      return isPage ? { kind: "blocked", status: answer.status, paused: false } : { kind: "rejected" };
    }
    if (answer.status === 200 && answer.text.includes(challenge)) return { kind: "accepted" };
  }
  const why = explainAnswer(answer, url).replace(/\.$/, "");
  return { kind: "unknown", why, reached: answer.kind !== "unreachable" };
}
