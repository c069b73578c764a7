/**
 * One line for each call that changes something through the page's API, or tries to get in: who guesses the password, or
 * replays what they should not, leaves a trace. Reading leaves none.
 */
import { type Report, type ReportStyle, writeReport } from "./print.ts";

/** A call and its answer. */
export interface ApiCall {
  readonly at: Date;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Whether it carried `authorization: Bearer`. */
  readonly bearer: boolean;
  /** The address that it came from. */
  readonly from: string;
  /** What it was answered with. */
  readonly status: number;
}

const MAX_PATH_LENGTH = 300;

/** After a 403 or 404 `netlify dev` tries the path again with these, and tells the caller the last answer: it is one call. */
const SECOND_TRY = /(?:\.html?|\/index\.html?)$/;

/** The line, without password and body; null for a call that only reads. */
export function reportApiCall(call: ApiCall, style: ReportStyle): Report | null {
  const outcome = nameOf(call);
  const { at, from, method, status } = call;
  const isSecondTry = (status === 403 || status === 404) && SECOND_TRY.test(call.path);
  if (outcome === null || (style.reader === "person" && isSecondTry)) return null;
  const level = status >= 500 ? "error" : status >= 400 ? "warn" : "info";
  const path = call.path.slice(0, MAX_PATH_LENGTH);
  const words = `${status < 400 ? "✓" : "✗"} ${status} ${outcome} (${method} ${path}) from ${from}`;
  return writeReport(style, level, words, { outcome, status, at: at.toISOString(), from, method, path });
}

function nameOf({ method, path, bearer, status }: ApiCall): string | null {
  if (path === "/api/session" && method === "POST") return status < 400 ? "sign-in" : "sign-in-refused";
  if (path === "/api/session" && method === "DELETE") return "sign-out";
  if (bearer && status === 401) return "password-refused";
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return null;
  return status < 400 ? "write" : "write-refused";
}
