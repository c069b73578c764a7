/** How the stand-in calls a hook's address: the verification GET and the delivery POST, as Okta sends them. */
import { randomUUID } from "node:crypto";
import type { StoredHook } from "./org-state.ts";

/** Where a call goes and how long it may take. */
export interface Calling {
  /** The address that is really called for a hook's https address. */
  readonly resolve: (address: string) => string;
  readonly timeoutMs: number;
}

/** Whether the address answered the challenge; Okta tries twice (3 s each). */
export async function verifyAddress(hook: StoredHook, calling: Calling): Promise<boolean> {
  return (await challengeOnce(hook, calling)) || (await challengeOnce(hook, calling));
}

async function challengeOnce(hook: StoredHook, { resolve, timeoutMs }: Calling): Promise<boolean> {
  const challenge = randomUUID();
  try {
    const response = await fetch(resolve(hook.channel.config.uri), {
      headers: { ...headersOf(hook), "x-okta-verification-challenge": challenge },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body: unknown = await response.json();
    return response.status === 200 && Object(body).verification === challenge;
  } catch {
    return false;
  }
}

/** Sends events in one POST and returns the answer's status; 0: none came. */
export async function deliver(
  hook: StoredHook,
  events: readonly object[],
  { resolve, timeoutMs }: Calling,
): Promise<number> {
  try {
    const response = await fetch(resolve(hook.channel.config.uri), {
      method: "POST",
      headers: { ...headersOf(hook), "content-type": "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
      body: JSON.stringify({
        eventType: "com.okta.event_hook",
        eventTypeVersion: "1.0",
        cloudEventsVersion: "0.1",
        source: `https://acme.okta.com/api/v1/eventHooks/${hook.id}`,
        eventId: randomUUID(),
        data: { events },
        eventTime: new Date().toISOString(),
        contentType: "application/json",
      }),
    });
    return response.status;
  } catch {
    return 0;
  }
}

function headersOf({ channel: { config } }: StoredHook): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json" };
  for (const { key, value } of config.headers ?? []) headers[key] = value;
  if (config.authScheme?.value !== undefined) headers[config.authScheme.key] = config.authScheme.value;
  return headers;
}
