/** Calls the inspector's API of a site, local or deployed, with the password where one is set. */
import type { z } from "zod";
import { problem } from "../api/schema/problem.ts";
import { session } from "../api/schema/session.ts";
import { isConfidential } from "../base/addresses.ts";
import type { Environment } from "../settings/environment.ts";
import { readInspectorSettings } from "../settings/site-settings.ts";
import { isLocalSite, readTarget } from "./read-target.ts";
import { CommandError, UnreachableError } from "./terminal.ts";

const TIMEOUT_MS = 30_000;

/** A site's API. */
export interface Api {
  /**
   * Asks. The answer is checked against the contract.
   * @param path below `/api/`, e.g. `events?limit=10`
   * @throws {CommandError} a sentence on why there is no answer
   */
  get<Value>(path: string, answer: z.ZodType<Value>): Promise<Value>;
  /** Has something done; otherwise as `get`. */
  post<Value>(path: string, body: object, answer: z.ZodType<Value>): Promise<Value>;
  /** Has something taken away; otherwise as `get`. */
  delete<Value>(path: string, body: object, answer: z.ZodType<Value>): Promise<Value>;
}

/**
 * @param address as `--url` gives it; undefined: what runs in this folder
 * @throws {CommandError} for what is no address, or one that the password must not go to in the clear
 */
export function openApi(address: string | undefined, environment: Environment): Api {
  const url = new URL(readTarget(address).site);
  const { password } = readInspectorSettings(environment);
  if (password !== undefined && !isConfidential(url)) {
    throw new CommandError(`The password goes to https or to this machine only, not to ${url.origin}.`);
  }
  const authorization: [string, string][] =
    password === undefined ? [] : [["authorization", `Bearer ${password}`]];
  const call = async <Value>(path: string, init: RequestInit, answer: z.ZodType<Value>) => {
    const response = await reach(new URL(`/api/${path}`, url.origin), init);
    return await readAnswer(response, url, answer);
  };
  const get: Api["get"] = (path, answer) => call(path, { headers: authorization }, answer);
  const change = async <Value>(method: string, path: string, body: object, answer: z.ZodType<Value>) => {
    // Without a password a local write shows that it can read our answers; deployed there is no token, and a refusal.
    const token = password === undefined ? (await get("session", session)).writeToken : null;
    const headers: [string, string][] = [...authorization, ["content-type", "application/json"]];
    if (token !== null) headers.push(["x-inspector-token", token]);
    return await call(path, { method, headers, body: JSON.stringify(body) }, answer);
  };
  return {
    get,
    post: (path, body, answer) => change("POST", path, body, answer),
    delete: (path, body, answer) => change("DELETE", path, body, answer),
  };
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    // A redirect would take the password somewhere else: it is told, never followed.
    return await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    const hint = isLocalSite(url) ? " Run npm start in another terminal, or name a site with --url." : "";
    throw new UnreachableError(`No answer from ${url.host}.${hint}`, { cause });
  }
}

async function readAnswer<Value>(
  response: Response,
  { host }: URL,
  answer: z.ZodType<Value>,
): Promise<Value> {
  if (response.status >= 300 && response.status < 400) {
    throw new CommandError(
      `${host} answered with a redirect, which is not followed. Name the site's own address.`,
    );
  }
  // Netlify's own answer: see `rateLimit` of the functions.
  if (response.status === 429) throw new CommandError(`${host} got too many calls. Try again in a minute.`);
  const value = parse(await response.text());
  if (!response.ok) {
    const told = problem.safeParse(value);
    const detail = told.success
      ? told.data.detail
      : `${host} answered ${response.status}, and not as the inspector does.`;
    throw new CommandError(detail);
  }
  const read = answer.safeParse(value);
  if (read.success) return read.data;
  throw new CommandError(
    `${host} answered, but not as this version of the inspector does. Is it another version's?`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not our API: its status or shape says so.
    return undefined;
  }
}
