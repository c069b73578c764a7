/** One call of the site's own API. What can be expected comes back as a value; a mistake of the page's own is thrown. */
import type { Problem } from "../../api/schema/problem.ts";
import { waitForPointerUp } from "./wait-for-pointer-up.ts";

export type Answer<Value> =
  | { readonly outcome: "ok"; readonly value: Value }
  /** The API said no, and why. */
  | { readonly outcome: "refused"; readonly status: number; readonly detail: string }
  /** Nobody answered in time or at all (`status` null), or something that is not our API: a gateway, the platform's own page for an error. */
  | { readonly outcome: "unreachable"; readonly status: number | null };

export type Failure = Exclude<Answer<never>, { outcome: "ok" }>;

const TIMEOUT_MS = 20_000;

/** What `GET /api/session` gave for our writes, on the developer's machine; null elsewhere. */
let writeToken: string | null = null;

/** Keeps it for the calls that follow. */
export function keepWriteToken(token: string | null): void {
  writeToken = token;
}

/** Told when the API no longer knows who is calling. */
export const signedOut = new EventTarget();

/**
 * Calls `/api/…`. A refusal for want of a session is also told to `signedOut`.
 * The answers are typed as the contract says: page and API are deployed together.
 */
export async function callApi<Value>(
  path: string,
  { method = "GET", body }: { method?: "GET" | "POST" | "DELETE"; body?: object } = {},
): Promise<Answer<Value>> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/api/${path}`, {
      method,
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(method === "GET"
        ? {}
        : {
            headers: {
              "content-type": "application/json",
              ...(writeToken !== null && { "x-inspector-token": writeToken }),
            },
            body: JSON.stringify(body ?? {}),
          }),
    });
    text = await response.text();
  } catch (error) {
    if (!isNoAnswer(error)) throw error;
    return { outcome: "unreachable", status: null };
  }
  await waitForPointerUp();
  const { status } = response;
  if (status === 204) return { outcome: "ok", value: undefined as Value };
  const answered = /\bjson\b/.test(response.headers.get("content-type") ?? "") ? parse(text) : undefined;
  // Cut off, or not from here: no mistake of the page's.
  if (answered === undefined) return { outcome: "unreachable", status };
  if (response.ok) return { outcome: "ok", value: answered as Value };
  if (status === 401 && path !== "session") signedOut.dispatchEvent(new Event("signed-out"));
  return { outcome: "refused", status, detail: readDetail(answered) };
}

/** What `fetch` throws where nobody answers: a TypeError of its own; an end of the time is a DOMException. */
function isNoAnswer(error: unknown): boolean {
  return error instanceof DOMException || error instanceof TypeError;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the same question may be answered in a moment: what is on the screen stays meanwhile. */
export function isPassing(failure: Failure): boolean {
  return failure.outcome === "unreachable" || failure.status >= 500 || failure.status === 429;
}

/** A failure in words for a person. */
export function explain(failure: Failure): string {
  const { outcome, status } = failure;
  if (outcome === "refused") return failure.detail || `The server refused (${status}).`;
  if (status === null) return "No answer from the server. Is it still running?";
  // The limit is the platform's, and so are its words (`rateLimit` of `functions/api*.mts`).
  if (status === 429) return "Too many calls from this address. Wait a minute, then try again.";
  return `Something other than this site's API answered (${status}). If it stays so, the function's log says why.`;
}

function readDetail(answered: unknown): string {
  const { detail, title, errors }: Partial<Problem> =
    typeof answered === "object" && answered !== null ? answered : {};
  const words = detail ?? title ?? "";
  const missing = (errors ?? []).filter((error) => !words.includes(error));
  return missing.length > 0 ? `${words} (${missing.join("; ")})` : words;
}
