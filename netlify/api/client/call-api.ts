/** One call of a site's API, for the page and the commands. What can be expected comes back as a value. */
import type { Problem } from "../schema/session.ts";

export type Answer<Value> =
  | { readonly outcome: "ok"; readonly value: Value }
  /** The API said no, and why. */
  | { readonly outcome: "refused"; readonly status: number; readonly detail: string }
  /** Nobody answered in time or at all (`status` null), or something that is not our API: a gateway, the platform's own page for an error. */
  | { readonly outcome: "unreachable"; readonly status: number | null; readonly cause?: unknown };

export type CallFailure = Exclude<Answer<never>, { outcome: "ok" }>;

/** What is asked. */
export interface ApiCall {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Of a POST or DELETE; default: an empty object. */
  readonly body?: object;
  /** The answer is JSON as it was written, and is not parsed. */
  readonly asText?: boolean;
}

/** Who calls whom. */
export interface ApiCaller {
  /** Where the site is; "": where the page is from. */
  readonly origin: string;
  /** What shows who calls: a password, or the token of a local write. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Calls `/api/…`. The answer is typed as the schema says; whoever may meet another version's checks it. */
export async function callApi<Value>(
  { origin, headers, timeoutMs }: ApiCaller,
  path: string,
  { method = "GET", body = {}, asText = false }: ApiCall = {},
): Promise<Answer<Value>> {
  const write = method === "GET" ? {} : { body: JSON.stringify(body) };
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${origin}/api/${path}`, {
      method,
      headers: method === "GET" ? headers : { ...headers, "content-type": "application/json" },
      ...write,
      cache: "no-store",
      // A redirect would take the password somewhere else: it is reported, never followed.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (cause) {
    if (!isNoAnswer(cause)) throw cause;
    return { outcome: "unreachable", status: null, cause };
  }
  const { status } = response;
  if (status === 204) return { outcome: "ok", value: undefined as Value };
  const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "");
  if (response.ok && isJson && asText) return { outcome: "ok", value: text as Value };
  const answered = isJson ? parse(text) : undefined;
  // Cut off, or not from here.
  if (answered === undefined) return { outcome: "unreachable", status };
  if (response.ok) return { outcome: "ok", value: answered as Value };
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

function readDetail(answered: unknown): string {
  const { detail, title, errors }: Partial<Problem> =
    typeof answered === "object" && answered !== null ? answered : {};
  const words = detail ?? title ?? "";
  const missing = (errors ?? []).filter((error) => !words.includes(error));
  return missing.length > 0 ? `${words} (${missing.join("; ")})` : words;
}

/** Whether the same question may be answered in a moment. */
export function isPassing(failure: CallFailure): boolean {
  return failure.outcome === "unreachable" || failure.status >= 500 || failure.status === 429;
}

/** `path?name=value&…`; what is undefined or null is left out, and a list repeats its name. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | readonly string[] | null | undefined>>,
): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value == null ? [] : [value].flat().map((each): [string, string] => [name, String(each)]),
  );
  return parts.length === 0 ? path : `${path}?${new URLSearchParams(parts)}`;
}
