/** Says what an answer means to the person who made the call, and what to do about it. */
import { OKTA_TIMEOUT_MS } from "../../hook/answer.ts";
import { isLocalSite } from "../read-target.ts";
import type { Answer } from "./call-endpoint.ts";

const MAX_SHOWN_LENGTH = 300;

/** One sentence on why the call did not do what it should. */
export function explainAnswer(answer: Answer, url: URL): string {
  switch (answer.kind) {
    case "timed-out":
      return answer.limitMs > OKTA_TIMEOUT_MS
        ? `no answer within ${answer.limitMs / 1000} seconds. Okta waits ${OKTA_TIMEOUT_MS / 1000}.`
        : `no answer within ${OKTA_TIMEOUT_MS / 1000} seconds, which is as long as Okta waits.`;
    case "unreachable":
      return answer.code === "ECONNREFUSED" && isLocalSite(url)
        ? `nothing listens at ${url.host}. Run npm start in another terminal first.`
        : `${url.host} cannot be reached (${answer.code}).`;
    case "answered":
      if (answer.status >= 300 && answer.status < 400) {
        return `the endpoint answered ${answer.status}, a redirect, and Okta follows none.`;
      }
      return `the endpoint answered ${answer.status}: ${detailOf(answer.text)}`;
  }
}

/** The `detail` of a problem (RFC 9457), or the beginning of whatever came. */
function detailOf(text: string): string {
  const shown = readDetail(text) ?? (text.trim() === "" ? "(an empty body)" : text.trim());
  const line = shown.replace(/\s+/g, " ");
  return line.length > MAX_SHOWN_LENGTH ? `${line.slice(0, MAX_SHOWN_LENGTH)}…` : line;
}

function readDetail(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("detail" in value)) return undefined;
    return typeof value.detail === "string" ? value.detail : undefined;
  } catch {
    // Not a problem document: the caller shows the text itself.
    return undefined;
  }
}
