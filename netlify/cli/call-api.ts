/** Calls the inspector's API of a site, local or deployed, with the password where one is set. */
import type { z } from "zod";
import { type Answer, type ApiCall, type CallFailure, callApi } from "../api/client/call-api.ts";
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
   * Asks. The answer is checked against its schema.
   * @param path below `/api/`, e.g. `events?limit=10`
   * @throws {CommandError} a sentence on why there is no answer
   */
  get<Value>(path: string, schema: z.ZodType<Value>): Promise<Value>;
  /** Asks for JSON as it was written; otherwise as `get`. */
  getText(path: string): Promise<string>;
  /** Has something done; otherwise as `get`. */
  post<Value>(path: string, body: object, schema: z.ZodType<Value>): Promise<Value>;
  /** Has something taken away; otherwise as `get`. */
  delete<Value>(path: string, body: object, schema: z.ZodType<Value>): Promise<Value>;
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
  const call = async <Value>(path: string, what: ApiCall, headers: Readonly<Record<string, string>>) =>
    readAnswer(await callApi<Value>({ origin: url.origin, headers, timeoutMs: TIMEOUT_MS }, path, what), url);
  const credentials = password === undefined ? {} : { authorization: `Bearer ${password}` };
  const get: Api["get"] = async (path, schema) => check(await call(path, {}, credentials), schema, url);
  const change = async <Value>(what: ApiCall, path: string, schema: z.ZodType<Value>) => {
    // Without a password a local write shows that it can read our answers; deployed there is no token, and a refusal.
    const token = password === undefined ? (await get("session", session)).writeToken : null;
    const headers = token === null ? credentials : { "x-inspector-token": token };
    return check(await call(path, what, headers), schema, url);
  };
  return {
    get,
    getText: (path) => call(path, { asText: true }, credentials),
    post: (path, body, schema) => change({ method: "POST", body }, path, schema),
    delete: (path, body, schema) => change({ method: "DELETE", body }, path, schema),
  };
}

function readAnswer<Value>(answer: Answer<Value>, url: URL): Value {
  if (answer.outcome === "ok") return answer.value;
  throw failureOf(answer, url);
}

function failureOf(failure: CallFailure, url: URL): CommandError {
  if (failure.outcome === "refused") return new CommandError(failure.detail);
  const { status, cause } = failure;
  if (status === null) {
    const hint = isLocalSite(url) ? " Run npm start in another terminal, or name a site with --url." : "";
    return new UnreachableError(`No answer from ${url.host}.${hint}`, { cause });
  }
  if (status >= 300 && status < 400) {
    return new CommandError(
      `${url.host} answered with a redirect, which is not followed. Name the site's own address.`,
    );
  }
  // Netlify's own answer: see `rateLimit` of the functions.
  if (status === 429) return new CommandError(`${url.host} got too many calls. Try again in a minute.`);
  return new CommandError(`${url.host} answered ${status}, and not as the inspector does.`);
}

function check<Value>(value: unknown, schema: z.ZodType<Value>, { host }: URL): Value {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new CommandError(
    `${host} answered, but not as this version of the inspector does. Is it another version's?`,
  );
}
