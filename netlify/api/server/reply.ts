/**
 * What a route answers, as a value, and how it becomes a response. Its headers let a browser hand it to our page, and do
 * nothing else with it.
 */
import { type ProblemStatus, problemText } from "../../hook/problem.ts";

/** A refusal or a failure. `detail` says what to do; neither it nor `errors` repeats what was sent. */
export interface ProblemReply {
  readonly kind: "problem";
  readonly status: ProblemStatus;
  readonly detail: string;
  readonly errors?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a route answers. */
export type Reply =
  | { readonly kind: "json"; readonly status: 200 | 202; readonly value: unknown }
  /** JSON as it was written. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "done"; readonly headers?: Readonly<Record<string, string>> }
  | ProblemReply;

/** Answers with a value; dates become ISO strings. */
export function json(value: unknown, status: 200 | 202 = 200): Reply {
  return { kind: "json", status, value };
}

/** Refuses. */
export function problem(
  status: ProblemReply["status"],
  detail: string,
  more: Pick<ProblemReply, "errors" | "headers"> = {},
): ProblemReply {
  return { kind: "problem", status, detail, ...more };
}

/** An API's answers are not to be rendered, framed, cached or embedded: https://owasp.org/www-project-secure-headers/ */
const SECURITY_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "x-robots-tag": "noindex",
} as const;

/** Turns a reply into the response. */
export function respond(reply: Reply): Response {
  switch (reply.kind) {
    case "json":
      return new Response(JSON.stringify(reply.value), {
        status: reply.status,
        headers: { ...SECURITY_HEADERS, "content-type": "application/json" },
      });
    case "text":
      return new Response(reply.text, {
        headers: { ...SECURITY_HEADERS, "content-type": "application/json" },
      });
    case "done":
      return new Response(null, { status: 204, headers: { ...SECURITY_HEADERS, ...reply.headers } });
    case "problem": {
      const { status, detail, errors, headers } = reply;
      return new Response(problemText(status, detail, errors), {
        status,
        headers: { ...SECURITY_HEADERS, ...headers, "content-type": "application/problem+json" },
      });
    }
  }
}
