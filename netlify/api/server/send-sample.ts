/** Sends a made delivery to the endpoint of this very server, as Okta would: it takes the whole way of a real one. */
import { ENDPOINT_PATH } from "../../addresses.ts";
import { type HookSettings, SettingsError } from "../../config.ts";
import { OKTA_TIMEOUT_MS } from "../../hook/answer.ts";
import { credentialHeaders } from "../../hook/credential-headers.ts";
import { PREVIEW_HEADER } from "../../hook/read-origin.ts";
import { sampleDelivery } from "../../okta/sample-delivery.ts";

/** What became of it. */
export type Sent = { readonly sent: true } | { readonly sent: false; readonly reason: string };

/**
 * Sends one new event of the guide's type.
 * @param origin of this server; local, or secrets would leave the machine
 */
export async function sendSample(origin: string, readSettings: () => HookSettings, now: Date): Promise<Sent> {
  let settings: HookSettings;
  try {
    settings = readSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return { sent: false, reason: `${error.message}.` };
  }
  const body = JSON.stringify(sampleDelivery({ eventType: "user.lifecycle.create", now, sparse: false }));
  const headers = new Headers([
    ["content-type", "application/json"],
    [PREVIEW_HEADER, "true"],
    ...credentialHeaders(settings, body),
  ]);
  try {
    const response = await fetch(new URL(ENDPOINT_PATH, origin), {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(OKTA_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok
      ? { sent: true }
      : { sent: false, reason: `it answered ${response.status}. The terminal says why.` };
  } catch {
    // What can fail is the way to ourselves; which of its ways helps nobody.
    return { sent: false, reason: `it did not answer within ${OKTA_TIMEOUT_MS / 1000} s.` };
  }
}
