/** Turns what the SDK throws into an OktaError: one sentence that names the scope or permission that is missing. */
import type { OktaSignIn } from "../config.ts";
import { printableLine } from "../printable.ts";
import { OktaError } from "./okta-error.ts";

/** What was asked of the org, and what Okta demands for it. */
export interface Operation {
  /** Completes "… could not", e.g. "create the event hook". */
  readonly goal: string;
  /** The OAuth 2.0 scope that it needs. */
  readonly scope: "okta.eventHooks.manage" | "okta.logs.read";
}

/** What the SDK's errors carry; every part is the org's text and may be missing. */
interface ApiFailure {
  readonly status: number;
  readonly errorCode?: unknown;
  readonly errorSummary?: unknown;
  readonly errorCauses?: unknown;
}

/** An OktaError for whatever a call of the SDK threw. An OktaError is returned as it is. */
export function explainFailure(
  error: unknown,
  operation: Operation,
  org: { readonly host: string; readonly signIn: OktaSignIn["by"] },
): OktaError {
  if (error instanceof OktaError) return error;
  if (!isApiFailure(error) || isForeign(error)) {
    return new OktaError("not-okta", `The answer of ${org.host} is not Okta's: check OKTA_ORG_URL.`, {
      cause: error,
    });
  }
  const said = whatItSaid(error);
  const message = (sentence: string) => new OktaError(kindOf(error, said), sentence, { cause: error });
  switch (kindOf(error, said)) {
    case "unauthorized":
      return message(
        org.signIn === "token"
          ? `${org.host} does not accept OKTA_API_TOKEN: it is wrong, revoked or expired. Make a new one under Security > API > Tokens.`
          : `${org.host} does not accept the service app's sign-in: check OKTA_CLIENT_ID and that its public key is that of OKTA_PRIVATE_KEY.`,
      );
    case "forbidden":
      return message(
        `${org.host} does not allow us to ${operation.goal}: ${whatIsMissing(operation, org.signIn)}`,
      );
    case "not-found":
      return message(`${org.host} could not ${operation.goal}: it is no longer there.`);
    case "verification-failed":
      return message(
        `Okta could not verify the address: ${said} It must answer the challenge within 3 s; "npm run hook -- verify --url <address>" shows what it answers.`,
      );
    case "busy":
      return message(`${org.host} is over its rate limit: try again in a minute.`);
    case "broken":
      return message(
        `${org.host} failed with ${error.status} and could not ${operation.goal}: try again later.`,
      );
    default:
      return message(`${org.host} refused to ${operation.goal}: ${said}`);
  }
}

function whatIsMissing({ scope }: Operation, signIn: OktaSignIn["by"]): string {
  if (signIn === "key") {
    return `grant the service app the scope ${scope} and an admin role with ${
      scope === "okta.logs.read" ? "access to the System Log" : "the permission okta.eventhooks.manage"
    }.`;
  }
  return scope === "okta.logs.read"
    ? "the token's admin needs a role that may read the System Log (as scope: okta.logs.read)."
    : "the token's admin must be a super admin or have a custom role with the permission okta.eventhooks.manage (as scope: okta.eventHooks.manage).";
}

function kindOf({ status, errorCode }: ApiFailure, said: string) {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 429) return "busy";
  if (status >= 500) return "broken";
  return errorCode === "E0000001" && /unable to verify event hook/i.test(said)
    ? "verification-failed"
    : "refused";
}

/** The org's own words: its causes where it gives some, else its summary. */
function whatItSaid({ status, errorCode, errorSummary, errorCauses }: ApiFailure): string {
  const causes = Array.isArray(errorCauses)
    ? errorCauses.map((cause: { errorSummary?: unknown } | null) => cause?.errorSummary)
    : [];
  const texts = [...causes, errorSummary].filter((text) => typeof text === "string" && text !== "");
  const text = texts[0] === undefined ? `status ${status}` : String(texts[0]);
  const code = typeof errorCode === "string" ? ` (${printableLine(errorCode.slice(0, 40))})` : "";
  return `${printableLine(text.slice(0, 500)).replace(/\.$/, "")}${code}.`;
}

/** Okta gives every refusal a code; a 404 page of somebody else's has none. */
function isForeign({ status, errorCode }: ApiFailure): boolean {
  return errorCode === undefined && status < 500 && status !== 429;
}

function isApiFailure(error: unknown): error is ApiFailure & Error {
  return error instanceof Error && "status" in error && typeof error.status === "number";
}
