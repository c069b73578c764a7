/** Where alerts are sent, and how they are signed. */
import * as z from "zod/mini";
import { isLoopbackHost } from "../base/addresses.ts";
import { type Environment, headerValue, readGroup, SettingsError } from "./environment.ts";

const alertSettings = z.object({
  ALERT_URL: z.optional(z.string().check(z.maxLength(2048, "must not be longer than 2048 characters"))),
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
  const url = URL.parse(address);
  const isHttps = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopbackHost(url.hostname));
  if (url === null || !isHttps || url.username !== "" || url.password !== "") {
    throw new SettingsError([
      { variable: "ALERT_URL", problem: "must be an https address without a password in it" },
    ]);
  }
  if (url.hostname === "hooks.slack.com") return { url: url.href, kind: "slack", key: null };
  if (TEAMS_HOST.test(url.hostname)) return { url: url.href, kind: "teams", key: null };
  return { url: url.href, kind: "webhook", key: readSigningKey(secret) };
}

/** A key as the Standard Webhooks write it: https://www.standardwebhooks.com, "whsec_" and the base64 of 24 to 64 bytes. */
function readSigningKey(secret: string | undefined): Buffer {
  const problem = (text: string) => new SettingsError([{ variable: "ALERT_SECRET", problem: text }]);
  const how = 'make one with: echo "whsec_$(openssl rand -base64 32)"';
  if (secret === undefined) throw problem(`must be set where ALERT_URL is neither Slack nor Teams; ${how}`);
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const key = Buffer.from(base64 ?? "", "base64");
  if (key.length < 24 || key.length > 64) {
    throw problem(`must be whsec_ and the base64 of 24 to 64 bytes; ${how}`);
  }
  return key;
}
