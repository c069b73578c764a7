/** Gives a made delivery to the endpoint of this very process, as Okta would: it takes the whole way of a real one. */
import { LOCAL_ENDPOINT } from "../../base/addresses.ts";
import { credentialHeaders } from "../../hook/check-signature.ts";
import { PREVIEW_HEADER } from "../../hook/read-origin.ts";
import { sampleDelivery } from "../../samples/sample-delivery.ts";
import { SettingsError } from "../../settings/environment.ts";
import type { HookSettings } from "../../settings/hook-settings.ts";

/** Answers a call to the endpoint, in this process. */
export type Endpoint = (request: Request) => Promise<Response>;

/** What became of it. */
export type SampleResult = { readonly sent: true } | { readonly sent: false; readonly reason: string };

/**
 * Hands over one new event of the guide's type. It carries the secret, so it never leaves the process, and takes nothing of
 * the call that asked for it: a `Host` header could name another server.
 */
export async function sendSample(
  endpoint: Endpoint,
  readSettings: () => HookSettings,
  now: Date,
): Promise<SampleResult> {
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
  const response = await endpoint(new Request(LOCAL_ENDPOINT, { method: "POST", headers, body }));
  return response.ok
    ? { sent: true }
    : { sent: false, reason: `it answered ${response.status}. The terminal says why.` };
}
