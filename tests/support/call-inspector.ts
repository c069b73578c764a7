/** Calls the functions of the inspector's API in this process, as Netlify would. */
import type { Context } from "@netlify/functions";
import { vi } from "vitest";
import inspector from "../../netlify/functions/api.mts";
import inspectorSession from "../../netlify/functions/api-session.mts";

/** A password that a deployed inspector opens to. */
export const password = "a-password-of-this-test";

/** One call. Whatever is left out is as usual. */
export interface InspectorCall {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text as it is. */
  readonly body?: unknown;
  /** `deployed` unless told: on the published production deploy. */
  readonly where?: "locally" | "deployed";
  readonly origin?: string;
  readonly ip?: string;
  readonly deploy?: { readonly context: string; readonly published: boolean };
  readonly environment?: Readonly<Record<string, string>>;
}

/** What came back. */
export interface InspectorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed text; null where it is empty. */
  readonly json: Record<string, unknown>;
  /** Ends when the work after the answer has. */
  readonly afterwards: Promise<unknown>;
}

/** Calls `/api/<path>`. */
export async function callInspector(path: string, call: InspectorCall = {}): Promise<InspectorAnswer> {
  const local = call.where === "locally";
  const environment: Readonly<Record<string, string>> = call.environment ?? {
    ...(local ? { NETLIFY_DEV: "true" } : { INSPECTOR_PASSWORD: password }),
  };
  // The driver looks for its own setting here as well.
  const get = (name: string) =>
    environment[name] ?? (name === "NETLIFY_DB_URL" ? process.env[name] : undefined);
  vi.stubGlobal("Netlify", { env: { get } });
  const origin = call.origin ?? (local ? "http://localhost:1337" : "https://site.example");
  const method = call.method ?? "GET";
  const write = method !== "GET" && method !== "HEAD";
  const request = new Request(`${origin}/api/${path}`, {
    method,
    headers: { ...(write && { "content-type": "application/json" }), ...call.headers },
    ...(write && { body: typeof call.body === "string" ? call.body : JSON.stringify(call.body ?? {}) }),
  });
  const work: Promise<unknown>[] = [];
  const context = {
    ip: call.ip ?? (local ? "127.0.0.1" : "203.0.113.7"),
    deploy: call.deploy ?? { context: local ? "dev" : "production", published: !local },
    waitUntil: (promise: Promise<unknown>) => work.push(promise),
  } as unknown as Context;
  const serve = new URL(request.url).pathname === "/api/session" ? inspectorSession : inspector;
  const response = await serve(request, context);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === "" ? null : JSON.parse(text),
    afterwards: Promise.all(work),
  };
}

/** The header of a caller who knows the password. */
export const bearer = { authorization: `Bearer ${password}` };

/** Signs in as a browser does and gives the cookie to send. */
export async function signIn(): Promise<string> {
  const answer = await callInspector("session", {
    method: "POST",
    headers: { "sec-fetch-site": "same-origin" },
    body: { password },
  });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

/** The header of a local write: what the page and the commands take from the session. */
export async function localToken(): Promise<{ "x-inspector-token": string }> {
  const { json } = await callInspector("session", { where: "locally" });
  return { "x-inspector-token": String(json.writeToken) };
}
