/**
 * Which secrets are too weak for an endpoint that strangers reach. Okta takes anything as a secret, and its guide shows one to
 * copy: https://developer.okta.com/docs/guides/event-hook-hookdeck/nodejs/main/ ("authentication secret")
 */
import type { HookSettings } from "../settings/hook-settings.ts";

/** A secret that has fewer characters is refused where the endpoint is deployed. */
export const MIN_SECRET_LENGTH = 16;

/** What is wrong with a setting, in words that follow its name, e.g. "is the sample of Okta's guide". */
export interface WeakSecret {
  readonly variable: string;
  readonly weakness: string;
}

const SHORT = `has fewer than ${MIN_SECRET_LENGTH} characters`;

/** Every weak secret of the settings; a secret that is not set is none. */
export function findWeakSecrets({ secrets, signingSecret }: HookSettings): WeakSecret[] {
  const [current, previous] = secrets;
  const weaknesses: [variable: string, weakness: string | undefined][] = [
    ["OKTA_HOOK_SECRET", current && weaknessOf(current)],
    ["OKTA_HOOK_SECRET_PREVIOUS", previous && weaknessOf(previous)],
    [
      "HOOKDECK_SIGNING_SECRET",
      signingSecret && signingSecret.length < MIN_SECRET_LENGTH ? SHORT : undefined,
    ],
  ];
  return weaknesses.flatMap(([variable, weakness]) => (weakness ? [{ variable, weakness }] : []));
}

/** `admin:supersecret`, and its base64, without what is left out or changed when people copy it. */
const SAMPLE_TEXTS = ["adminsupersecret", "ywrtaw46c3vwzxjzzwnyzxq"];

function weaknessOf(secret: string): string | undefined {
  const bare = secret.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (SAMPLE_TEXTS.some((sample) => bare.includes(sample))) return "is the sample of Okta's guide";
  const credentials = /^basic\s+(.*)$/i.exec(secret)?.[1];
  if (credentials === undefined) return secret.length < MIN_SECRET_LENGTH ? SHORT : undefined;
  return passwordOf(credentials).length < MIN_SECRET_LENGTH ? `${SHORT} in its password` : undefined;
}

/** What follows the user's name (RFC 7617); what is no base64 of a name and a password counts as it stands. */
function passwordOf(credentials: string): string {
  const decoded = Buffer.from(credentials, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return colon < 0 ? credentials : decoded.slice(colon + 1).trim();
}
