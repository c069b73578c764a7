/** Webhooks that leave this site: signed as the Standard Webhooks say (https://www.standardwebhooks.com), or as Slack takes them. */
import { createHmac } from "node:crypto";
import { codeOf } from "./error-code.ts";

/** A webhook. */
export interface Webhook {
  readonly url: string;
  /** JSON. */
  readonly body: string;
  /** Not to Slack and Teams, which look at none. */
  readonly signature?: Signature;
}

/** What a webhook is signed with. */
export interface Signature {
  readonly key: Buffer;
  /** The same for each try: the receiver recognises by it what it has already. */
  readonly id: string;
  readonly now: Date;
}

/**
 * Posts it, across no redirect.
 * @returns the answer, whatever its status; its body is not read
 * @throws {Error} where none comes; the message names the host alone: the path can be a secret
 */
export async function postWebhook(
  { url, body, signature }: Webhook,
  { fetch: send, signal }: { readonly fetch: typeof fetch; readonly signal: AbortSignal },
): Promise<Response> {
  const headers = { "content-type": "application/json", ...(signature && sign(body, signature)) };
  try {
    const response = await send(url, { method: "POST", headers, body, redirect: "manual", signal });
    // Whatever it says, and however long it is: only status and headers count.
    await response.body?.cancel();
    return response;
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    const reason = isLate ? "it took too long" : codeOf(error);
    throw new Error(`${new URL(url).host} did not answer: ${reason}`, { cause: error });
  }
}

/** A message as Slack takes it: three characters have a meaning (https://docs.slack.dev/messaging/formatting-message-text/). */
export function slackBody(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return JSON.stringify({ text: escaped });
}

function sign(body: string, { key, id, now }: Signature): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
