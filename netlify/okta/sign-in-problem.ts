/**
 * Why an org did not give the service app a token. The SDK (8.1) takes an error from the token endpoint for a
 * token and then sends "Bearer undefined", so the answer is looked at before the SDK sees it.
 */

import { printableLine } from "../printable.ts";
import { OktaError } from "./okta-error.ts";
import type { SdkRequest } from "./send-request.ts";

/** The problem, if this answer comes from the token endpoint and holds no token. The answer stays readable. */
export async function signInProblem(
  request: SdkRequest,
  response: Response,
  host: string,
): Promise<OktaError | undefined> {
  if (response.ok || !request.url?.endsWith("/oauth2/v1/token")) return undefined;
  const { error, description } = await readError(response);
  switch (error) {
    case "use_dpop_nonce": // Not a refusal: the SDK asks again with the nonce.
      return undefined;
    case "invalid_scope":
      return new OktaError(
        "forbidden",
        `${host} does not grant the service app its scopes: grant it okta.eventHooks.manage and okta.logs.read, and an admin role with the permission okta.eventhooks.manage.`,
      );
    default:
      return new OktaError(
        response.status >= 500 ? "broken" : "unauthorized",
        `${host} does not let the service app sign in (${printableLine((description || error || String(response.status)).slice(0, 200))}): check OKTA_CLIENT_ID, and that the app has the public key of OKTA_PRIVATE_KEY.`,
      );
  }
}

async function readError(response: Response): Promise<{ error: string; description: string }> {
  try {
    const body = Object(await response.clone().json());
    const text = (value: unknown) => (typeof value === "string" ? value : "");
    return { error: text(body.error), description: text(body.error_description) || text(body.errorSummary) };
  } catch {
    return { error: "", description: "" };
  }
}
