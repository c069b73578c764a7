/** Errors as problem details: https://www.rfc-editor.org/rfc/rfc9457 */

/** The titles of the statuses that are answered, here and by the API. */
export const PROBLEM_TITLES = {
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

/** What a problem may say besides its status and detail. */
export interface ProblemExtra {
  readonly headers?: Readonly<Record<string, string>>;
  /** What is wrong where: paths and expectations, never values. */
  readonly errors?: readonly string[];
}

/**
 * @param detail tells the reader what to do; it never repeats a payload's values or a secret.
 */
export function problem(
  status: keyof typeof PROBLEM_TITLES,
  detail: string,
  extra: ProblemExtra = {},
): Response {
  const body = { type: "about:blank", title: PROBLEM_TITLES[status], status, detail, errors: extra.errors };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...extra.headers, "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
