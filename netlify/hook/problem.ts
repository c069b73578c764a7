/** Errors as problem details: https://www.rfc-editor.org/rfc/rfc9457 */

/** The titles of the statuses that are answered, here and by the API. */
const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
} as const;

/** A status that says no. */
export type ProblemStatus = keyof typeof TITLES;

/** What a problem may say besides its status and detail. */
export interface ProblemExtra {
  readonly headers?: Readonly<Record<string, string>>;
  /** What is wrong where: paths and expectations, never values. */
  readonly errors?: readonly string[];
}

/**
 * @param detail tells the reader what to do; it never repeats a payload's values or a secret.
 */
export function problem(status: ProblemStatus, detail: string, extra: ProblemExtra = {}): Response {
  return new Response(problemText(status, detail, extra.errors), {
    status,
    headers: { ...extra.headers, "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}

/** The document itself, as JSON. */
export function problemText(status: ProblemStatus, detail: string, errors: ProblemExtra["errors"]): string {
  return JSON.stringify({ type: "about:blank", title: TITLES[status], status, detail, errors });
}
