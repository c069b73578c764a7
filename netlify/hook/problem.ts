/** Errors as problem details: https://www.rfc-editor.org/rfc/rfc9457 */

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  503: "Service Unavailable",
};

/** What a problem may say besides its status and detail. */
export interface ProblemExtra {
  readonly headers?: Readonly<Record<string, string>>;
  /** What is wrong where: paths and expectations, never values. */
  readonly errors?: readonly string[];
}

/**
 * @param detail tells the reader what to do; it never repeats a payload's values or a secret.
 */
export function problem(status: number, detail: string, extra: ProblemExtra = {}): Response {
  const body = { type: "about:blank", title: TITLES[status], status, detail, errors: extra.errors };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...extra.headers, "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
