/** Where alerts are sent, and how they are signed. */
import * as z from "zod/mini";
import { type Environment, headerValue, readGroup, SettingsError } from "./environment.ts";
import { MAKE_SIGNING_KEY, signingKey, webhookUrl } from "./webhook-settings.ts";

const alertSettings = z.object({
  ALERT_URL: z.optional(webhookUrl),
  ALERT_SECRET: z.optional(headerValue),
});

/** Where alerts are sent. */
export interface AlertSettings {
  readonly url: string;
  /** Told by the host: Slack and Teams have words of their own, any other address gets signed JSON. */
  readonly kind: "slack" | "teams" | "webhook";
  /** The key that JSON is signed with; none where it is not. */
  readonly key: Buffer | null;
}

/** The hosts of Teams' incoming webhooks, old and new (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/). */
const TEAMS_HOST = /(^|\.)(webhook\.office\.com|logic\.azure\.com|api\.powerplatform\.com)$/;

/**
 * Reads where alerts are sent; null: nowhere.
 * @throws {SettingsError} where the address, or the secret that it needs, cannot be used.
 */
export function readAlertSettings(environment: Environment): AlertSettings | null {
  const { ALERT_URL: address, ALERT_SECRET: secret } = readGroup(alertSettings, environment);
  if (address === undefined) return null;
  const url = new URL(address);
  if (url.hostname === "hooks.slack.com") return { url: url.href, kind: "slack", key: null };
  if (TEAMS_HOST.test(url.hostname)) return { url: url.href, kind: "teams", key: null };
  const key = signingKey.safeParse(secret);
  if (key.success) return { url: url.href, kind: "webhook", key: key.data };
  const problem =
    secret === undefined
      ? `must be set where ALERT_URL is neither Slack nor Teams; ${MAKE_SIGNING_KEY}`
      : String(key.error.issues[0]?.message);
  throw new SettingsError([{ variable: "ALERT_SECRET", problem }]);
}
