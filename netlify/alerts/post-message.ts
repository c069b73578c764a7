/**
 * Sends one message to the address of the settings: as Slack or Teams take it, else as signed JSON. Never throws, and never takes
 * longer than its time.
 */
import { postWebhook, slackBody } from "../base/post-webhook.ts";
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
  { url, kind, key }: AlertSettings,
  message: Message,
  { fetch: send, now, timeoutMs = MAX_POST_MS }: PostOptions,
): Promise<string | null> {
  const signature = key === null ? {} : { signature: { key, id: message.id, now } };
  try {
    const { ok, status } = await postWebhook(
      { url, body: writeBody(kind, message, now), ...signature },
      { fetch: send, signal: AbortSignal.timeout(timeoutMs) },
    );
    return ok ? null : `${new URL(url).host} answered ${status}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Names the site that speaks, before a text. @param siteUrl the site's own address, if it is known */
export function sitePrefix(siteUrl: string | undefined): string {
  return siteUrl && URL.canParse(siteUrl) ? `[${new URL(siteUrl).host}] ` : "";
}

function writeBody(kind: AlertSettings["kind"], { type, text, data }: Message, now: Date): string {
  switch (kind) {
    case "slack":
      return slackBody(text);
    case "teams":
      return JSON.stringify({
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
      });
    case "webhook":
      return JSON.stringify({ type, timestamp: now.toISOString(), data: { ...data, text } });
  }
}
