/** Calls an org's Management API: signed in, on its own host only, and every refusal as a sentence. */
import type { OktaSettings } from "../settings/okta-settings.ts";
import { explainFailure, type Operation } from "./explain-failure.ts";
import { OktaError } from "./okta-error.ts";
import { type RequestContext, sendRequest } from "./send-request.ts";
import { prepareSignIn, type SignIn, type SignInOptions } from "./sign-in.ts";

/** A call. */
export interface OrgCall extends Operation {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  /** On the org's host, with its query. */
  readonly path: string;
  readonly body?: object;
}

/** An answer that is a success. */
export interface OrgAnswer {
  /** Exactly as it came. */
  readonly text: string;
  readonly headers: Headers;
  /** The org's own time; null: it did not say. */
  readonly orgNow: number | null;
}

/** An org that can be called. */
export interface OrgConnection {
  readonly host: string;
  readonly origin: string;
  readonly signIn: SignIn;
  /** @throws {OktaError} */
  call(call: OrgCall): Promise<OrgAnswer>;
}

/** Prepares calls to the org of the settings. Nothing is sent before the first. */
export function connectOrg(
  settings: OktaSettings,
  others: Omit<RequestContext, "orgUrl">,
  options: SignInOptions,
): OrgConnection {
  const context: RequestContext = { ...others, orgUrl: settings.orgUrl };
  const { host } = new URL(settings.orgUrl);
  const signIn = prepareSignIn(settings, context, options);

  async function send({ method = "GET", path, body }: OrgCall): Promise<Response> {
    const url = new URL(path, settings.orgUrl);
    return await sendRequest(
      {
        url: url.href,
        method,
        headers: {
          accept: "application/json",
          ...(await signIn.authorize(method, url)),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      context,
    );
  }

  return {
    host,
    origin: settings.orgUrl,
    signIn,
    async call(call) {
      let response = await send(call);
      // A token can be withdrawn before its time.
      if (response.status === 401 && signIn.renew()) response = await send(call);
      const text = await response.text();
      if (response.ok) {
        const orgNow = Date.parse(response.headers.get("date") ?? "");
        return { text, headers: response.headers, orgNow: Number.isNaN(orgNow) ? null : orgNow };
      }
      throw explainFailure({ status: response.status, text }, call, { host, signIn: settings.signIn.by });
    },
  };
}

/**
 * What an answer says, as JSON.
 * @throws {OktaError} where it is none: somebody else answered.
 */
export function readJson(text: string, host: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OktaError("not-okta", `The answer of ${host} is not Okta's: check OKTA_ORG_URL.`, { cause });
  }
}
