/** Turns an answer that is no success into an OktaError: one sentence that names the scope or permission that is missing. */
import { printableLine } from "../base/printable.ts";
import type { OktaSignIn } from "../settings/okta-settings.ts";
import { OktaError, type OktaErrorKind } from "./okta-error.ts";

/** What was asked of the org, and what Okta demands for it. */
export interface Operation {
  /** Completes "… could not", e.g. "create the event hook". */
  readonly goal: string;
  /** The OAuth 2.0 scope that it needs. */
  readonly scope: "okta.eventHooks.manage" | "okta.eventHooks.read" | "okta.logs.read";
}

/** An answer that is no success; its text is the org's and may be anything. */
interface FailedAnswer {
  readonly status: number;
  readonly text: string;
}

/** What Okta's refusals say; every part may be missing. */
interface ApiFailure {
  readonly status: number;
  readonly errorCode?: unknown;
  readonly errorSummary?: unknown;
  readonly errorCauses?: unknown;
}

/** An OktaError for an answer that is no success. */
export function explainFailure(
  answer: FailedAnswer,
  operation: Operation,
  org: { readonly host: string; readonly signIn: OktaSignIn["by"] },
): OktaError {
  const failure: ApiFailure = { ...readBody(answer.text), status: answer.status };
  if (isForeign(failure)) {
    return new OktaError("not-okta", `The answer of ${org.host} is not Okta's: check OKTA_ORG_URL.`);
  }
  const said = whatItSaid(failure);
  const kind = kindOf(failure, said);
  return new OktaError(kind, sentence(kind, said, failure, operation, org));
}

function sentence(
  kind: OktaErrorKind,
  said: string,
  { status }: ApiFailure,
  operation: Operation,
  { host, signIn }: { readonly host: string; readonly signIn: OktaSignIn["by"] },
): string {
  switch (kind) {
    case "unauthorized":
      return signIn === "token"
        ? `${host} does not accept OKTA_API_TOKEN: it is wrong, revoked or expired. Make a new one under Security > API > Tokens.`
        : `${host} does not accept the service app's sign-in: check OKTA_CLIENT_ID and that its public key is that of OKTA_PRIVATE_KEY.`;
    case "forbidden":
      return `${host} does not allow us to ${operation.goal}: ${whatIsMissing(operation, signIn)}`;
    case "not-found":
      return `${host} could not ${operation.goal}: it is no longer there.`;
    case "verification-failed":
      return `Okta could not verify the address: ${said} It must answer the challenge within 3 s; "npm run hook -- verify --url <address>" shows what it answers.`;
    case "busy":
      return `${host} is over its rate limit: try again in a minute.`;
    case "too-slow":
      return `${host} took too long to ${operation.goal}: ${said}`;
    case "broken":
      return `${host} failed with ${status} and could not ${operation.goal}: try again later.`;
    default:
      return `${host} refused to ${operation.goal}: ${said}`;
  }
}

function readBody(text: string): Partial<ApiFailure> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {}; // Not Okta's: it would give a code.
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

function kindOf({ status, errorCode }: ApiFailure, said: string): OktaErrorKind {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 429) return "busy";
  // A query of the System Log that takes too long; Okta's word for it is its word for any failure.
  if (status >= 500) return errorCode === "E0000009" ? "too-slow" : "broken";
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
