/** Handlers that need no code: `import { forward, slackMessage } from "#handler-kit/ready-made"`. */
import * as z from "zod/mini";
import { postWebhook, slackBody, type Webhook } from "../base/post-webhook.ts";
import { signingKey, webhookUrl } from "../settings/webhook-settings.ts";
import { defineHandler, type HandledEvent, type Handler, type HandlerDefinition } from "./define-handler.ts";
import type { EventPattern } from "./event-pattern.ts";
import { NonRetriableError, RetryAfterError } from "./handler-error.ts";

/** What each of them takes, as `defineHandler` does. */
type ReadyMade<Pattern extends EventPattern> = Pick<
  HandlerDefinition<Pattern>,
  "name" | "on" | "when" | "retries" | "timeoutMs"
>;

/**
 * A message to a Slack channel for each event, through the incoming webhook of `SLACK_WEBHOOK_URL`.
 * @param text the message, plain: what Slack takes for markup is escaped. It may go to everybody in the channel
 */
export function slackMessage<const Pattern extends EventPattern>({
  text,
  ...definition
}: ReadyMade<Pattern> & { text(event: HandledEvent<Pattern>): string }): Handler {
  return defineHandler({
    ...definition,
    settings: z.object({ SLACK_WEBHOOK_URL: webhookUrl }),
    handle: (event, { settings, signal }) =>
      post({ url: settings.SLACK_WEBHOOK_URL, body: slackBody(text(event)) }, signal),
  });
}

/**
 * Posts each event, as Okta wrote it, to `FORWARD_URL`: n8n, Zapier, EventBridge, Svix, a warehouse. It is signed as the Standard Webhooks
 * say with `FORWARD_SECRET`; its `webhook-id` is the event's uuid, the same however often it comes.
 */
export function forward<const Pattern extends EventPattern>(definition: ReadyMade<Pattern>): Handler {
  return defineHandler({
    ...definition,
    settings: z.object({ FORWARD_URL: webhookUrl, FORWARD_SECRET: signingKey }),
    handle(event, { payload, settings, signal }) {
      const signature = { key: settings.FORWARD_SECRET, id: event.uuid, now: new Date() };
      return post({ url: settings.FORWARD_URL, body: payload, signature }, signal);
    },
  });
}

async function post(webhook: Webhook, signal: AbortSignal): Promise<void> {
  const response = await postWebhook(webhook, { fetch, signal });
  if (response.ok) return;
  const { status, headers } = response;
  if (status === 429 || (status === 503 && headers.has("retry-after"))) throw RetryAfterError.from(response);
  const message = `${new URL(webhook.url).host} answered ${status}`;
  throw status === 404 || status === 410 ? new NonRetriableError(message) : new Error(message);
}
