/**
 * Sends one message to the address of the settings: as Slack or Teams take it, else as JSON that is signed by the Standard Webhooks
 * convention (https://www.standardwebhooks.com). Never throws, and never takes longer than its time.
 */
import { createHmac } from "node:crypto";
import { codeOf } from "../base/error-code.ts";
import type { AlertSettings } from "../settings/alert-settings.ts";

/** A message. */
export interface Message {
  /** The same for each try: the receiver tells by it what it has already. */
  readonly id: string;
  readonly type: "alert.firing" | "alert.reminder" | "alert.resolved" | "alert.test";
  /** For people. */
  readonly text: string;
  /** For programs. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** How it is sent. */
export interface PostOptions {
  readonly fetch: typeof fetch;
  readonly now: Date;
  /** `MAX_POST_MS` by default. */
  readonly timeoutMs?: number;
}

/** One message is worth this much time. */
export const MAX_POST_MS = 5_000;

/** @returns null once the address took it, else why it did not */
export async function postMessage(
  settings: AlertSettings,
  message: Message,
  { fetch: send, now, timeoutMs = MAX_POST_MS }: PostOptions,
): Promise<string | null> {
  const { host } = new URL(settings.url);
  const body = JSON.stringify(writeBody(settings, message, now));
  try {
    const response = await send(settings.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...sign(settings, message.id, body, now) },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    // Whatever it says, and however long it is: only the status counts.
    await response.body?.cancel();
    return response.ok ? null : `${host} answered ${response.status}`;
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    return `${host} did not answer: ${isLate ? `it took longer than ${timeoutMs} ms` : codeOf(error)}`;
  }
}

/** Names the site that speaks, before a text. @param siteUrl the site's own address, if it is known */
export function sitePrefix(siteUrl: string | undefined): string {
  return siteUrl && URL.canParse(siteUrl) ? `[${new URL(siteUrl).host}] ` : "";
}

function writeBody({ kind }: AlertSettings, { type, text, data }: Message, now: Date): object {
  switch (kind) {
    case "slack":
      // https://docs.slack.dev/messaging/formatting-message-text/: these three have a meaning.
      return { text: text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;") };
    case "teams":
      return {
        type: "message",
        attachments: [
          {
            contentType: "application/vnd.microsoft.card.adaptive",
            contentUrl: null,
            content: {
              $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
              type: "AdaptiveCard",
              version: "1.4",
              // A TextBlock would make links of Markdown in what Okta or an admin wrote. A TextRun reads none.
              body: text.split("\n").map((line) => ({
                type: "RichTextBlock",
                inlines: [{ type: "TextRun", text: line }],
              })),
            },
          },
        ],
      };
    case "webhook":
      return { type, timestamp: now.toISOString(), data: { ...data, text } };
  }
}

function sign({ key }: AlertSettings, id: string, body: string, now: Date): Record<string, string> {
  if (key === null) return {};
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
