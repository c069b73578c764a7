/** Reads an org's users and groups for handlers: typed, loosely checked, within the org's rate limits. It changes nothing. */
import type { Clock } from "../../base/clock.ts";
import { NonRetriableError, RetryAfterError } from "../../handler-kit/handler-error.ts";
import {
  guardReads,
  type OktaDirectory,
  type OktaGroup,
  type OktaScope,
  type OktaUser,
} from "../../handler-kit/okta.ts";
import type { OktaSettings } from "../../settings/okta-settings.ts";
import { connectOrg, type OrgAnswer, readJson, readNextPage } from "../call-org.ts";
import { OktaError } from "../okta-error.ts";
import { checkScopes } from "./check-scopes.ts";
import { RateLimits } from "./rate-limits.ts";

/** How an org's directory is opened. */
export interface DirectoryOptions {
  readonly settings: OktaSettings;
  /** What is asked for at the sign-in. */
  readonly scopes: readonly OktaScope[];
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

/** The directory of an org, for as long as an instance lives: signed in once. */
export interface Directory {
  readonly host: string;
  /** Reads that end with a signal. */
  reads(signal: AbortSignal): OktaDirectory;
  /** One page of all users, DEPROVISIONED ones too, or of all groups. */
  list(page: ListPage, signal: AbortSignal): Promise<Listed>;
}

/** Which page of a list. */
export interface ListPage {
  readonly of: "user" | "group";
  /** Only of what was updated since. */
  readonly since: Date;
  /** The path of a page after the first, as the one before it named it. */
  readonly next: string | null;
}

/** A page of a list. */
export interface Listed {
  readonly entries: readonly ListedEntry[];
  /** The path of the page after it; null: this is the last. */
  readonly next: string | null;
}

/** A user or group of a list, or what is wrong with it. */
export type ListedEntry = { readonly id: string; readonly lastUpdated: string } & (
  | { readonly value: OktaUser | OktaGroup }
  | { readonly problem: string }
);

const MAX_GROUPS = 1_000;
/** What Okta recommends, and for users its largest. */
const PAGE_SIZE = 200;
/** A 5xx is worth two more requests at once; a rate limit that lasts longer puts the run off. */
const MAX_WAIT_MS = 3_000;

const opened = new Map<string, Directory>();

/** Opens the directory of the settings once: an instance signs in once, and knows what is left of the rate limits. */
export function openInstanceDirectory(options: DirectoryOptions): Directory {
  const key = JSON.stringify([options.settings, options.scopes]);
  const directory = opened.get(key) ?? openDirectory(options);
  opened.set(key, directory);
  return directory;
}

/** Opens the directory of the settings. Nothing is sent before the first read. */
export function openDirectory({ settings, scopes, clock, fetch: send }: DirectoryOptions): Directory {
  const limits = new RateLimits();
  const context = {
    clock,
    onWait: () => {},
    maxWaitMs: MAX_WAIT_MS,
    fetch: async (...[url, init]: Parameters<typeof fetch>) => {
      const response = await send(url, init);
      limits.learn(String(url), response.headers, clock.now());
      return response;
    },
  };
  const org = connectOrg(settings, context, { scopes: [scopes] });
  const { host, origin } = org;

  async function call(
    goal: string,
    path: string,
    scope: OktaScope | undefined,
    signal: AbortSignal,
  ): Promise<OrgAnswer> {
    signal.throwIfAborted();
    const waitUntil = limits.take(`${origin}${path}`, clock.now());
    if (waitUntil !== null) {
      const message = `Little is left of ${host}'s rate limit, and a fifth of it is for others`;
      throw new RetryAfterError(message, new Date(waitUntil));
    }
    try {
      return await untilAborted(org.call({ goal, scope, path, signal }), signal);
    } catch (error) {
      if (error instanceof OktaError && error.retryAt !== undefined) {
        throw new RetryAfterError(error.message, new Date(error.retryAt), { cause: error });
      }
      if (error instanceof OktaError && error.kind === "scope-missing" && scopes.length > 1) {
        const checks = await untilAborted(checkScopes(settings, scopes, context), signal);
        const missing = checks.find(({ problem }) => problem !== null);
        throw new OktaError(error.kind, missing?.problem ?? error.message, { cause: error });
      }
      throw error;
    }
  }

  async function readOne<Value extends OktaUser | OktaGroup>(
    what: "user" | "group",
    id: string,
    signal: AbortSignal,
  ): Promise<Value | null> {
    try {
      const path = `/api/v1/${what}s/${id}`;
      const { text } = await call(`read the ${what} ${id}`, path, `okta.${what}s.read`, signal);
      return readEntry<Value>(readJson(text, host), host, id);
    } catch (error) {
      if (error instanceof OktaError && error.kind === "not-found" && error.code === "E0000007") return null;
      throw error;
    }
  }

  async function readPage(
    goal: string,
    path: string,
    scope: OktaScope,
    signal: AbortSignal,
  ): Promise<{ readonly list: readonly unknown[]; readonly next: string | null }> {
    const { text, headers } = await call(goal, path, scope, signal);
    const list = readJson(text, host);
    if (!Array.isArray(list)) throw notOkta(host);
    const next = readNextPage(headers, new URL(path, origin).pathname, org);
    return { list, next: next && `${next.pathname}${next.search}` };
  }

  return {
    host,
    reads: (signal) =>
      guardReads(scopes, {
        user: (id) => readOne<OktaUser>("user", id, signal),
        group: (id) => readOne<OktaGroup>("group", id, signal),
        async groupsOf(userId) {
          const groups: OktaGroup[] = [];
          for (let path: string | null = `/api/v1/users/${userId}/groups`; path !== null; ) {
            const page = await readPage(`read the groups of ${userId}`, path, "okta.users.read", signal);
            groups.push(...page.list.map((group) => readEntry<OktaGroup>(group, host)));
            if (groups.length > MAX_GROUPS) {
              throw new NonRetriableError(
                `${userId} is in more than ${MAX_GROUPS} groups: okta.groupsOf gives all or none, okta.get a page`,
              );
            }
            path = page.next;
          }
          return groups;
        },
        async get(path) {
          const url = path.startsWith("/") ? URL.parse(path, origin) : null;
          if (url?.origin !== origin) {
            throw new NonRetriableError('okta.get takes a path of the org, such as "/api/v1/apps?limit=20"');
          }
          const address = `${url.pathname}${url.search}`;
          return readJson((await call(`read ${url.pathname}`, address, undefined, signal)).text, host);
        },
      }),
    async list({ of, since, next }, signal) {
      const query = new URLSearchParams({
        filter: `lastUpdated gt "${since.toISOString()}"`,
        limit: String(PAGE_SIZE),
      });
      const first = `/api/v1/${of}s`;
      const page = await readPage(`list its ${of}s`, next ?? `${first}?${query}`, `okta.${of}s.read`, signal);
      return { next: page.next, entries: page.list.map((entry) => readListed(entry, host)) };
    },
  };
}

/** @throws {OktaError} where nobody could use it */
function readEntry<Value extends OktaUser | OktaGroup>(value: unknown, host: string, id?: string): Value {
  const entry: Value = Object(value);
  if (typeof entry.id !== "string" || (id !== undefined && entry.id !== id)) throw notOkta(host);
  if (typeof entry.profile !== "object" || entry.profile === null) {
    throw new OktaError(
      "forbidden",
      `${host} gives ${entry.id} without a profile: give the app, or the token's admin, a role that may read profiles.`,
    );
  }
  if (Number.isNaN(Date.parse(entry.lastUpdated))) throw notOkta(host);
  return entry;
}

function readListed(value: unknown, host: string): ListedEntry {
  const { id, lastUpdated } = Object(value);
  if (typeof id !== "string" || Number.isNaN(Date.parse(lastUpdated))) throw notOkta(host);
  try {
    return { id, lastUpdated, value: readEntry(value, host) };
  } catch (error) {
    if (!(error instanceof OktaError)) throw error;
    return { id, lastUpdated, problem: error.message };
  }
}

const notOkta = (host: string) =>
  new OktaError("not-okta", `The answer of ${host} is not Okta's: check OKTA_ORG_URL.`);

/** What is going on is not waited for once the signal aborts. */
async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
