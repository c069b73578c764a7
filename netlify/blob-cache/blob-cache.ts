/**
 * A cache in Netlify Blobs: small values that may be lost at any time. Reading it does not wake the database; facts are in the database,
 * and nothing may be lost with a value.
 */
import type { Store } from "@netlify/blobs";
import * as core from "zod/v4/core";

/** The cache of this site. Nothing here throws, and nothing takes longer than the time limit. */
export interface BlobCache {
  /** @returns undefined when it is missing, does not fit the schema, or could not be read in time */
  read<Value>(key: string, schema: core.$ZodType<Value>): Promise<Value | undefined>;
  /** Writes what JSON can hold. @returns whether it was written: after false it may be written all the same */
  write(key: string, value: unknown): Promise<boolean>;
  /** @returns the first page of the keys that begin with a prefix; undefined when it could not be read in time */
  list(prefix: string): Promise<readonly string[] | undefined>;
  /** @returns whether it is gone */
  remove(key: string): Promise<boolean>;
}

/** How the cache is opened. */
export interface BlobCacheOptions {
  /** Which database it is about: what is cached of another counts for nothing. Null: Netlify Database. */
  readonly databaseId: string | null;
  /** Called for the first thing that went wrong, and for no other: Blobs that are away fail each call. */
  readonly report: (problem: string) => void;
  /** For each call, in milliseconds: 1 s unless told. */
  readonly timeoutMs?: number;
}

const STORE = "cache";
const TIMEOUT_MS = 1_000;

/**
 * Opens the cache for one invocation: the store holds a token that does not outlive it. The client is loaded with the first call.
 */
export function openBlobCache({ databaseId, report, timeoutMs = TIMEOUT_MS }: BlobCacheOptions): BlobCache {
  const name = databaseId === null ? STORE : `${STORE}-${databaseId}`;
  let isReported = false;
  const attempt = async <Result>(
    doing: string,
    call: (store: Store) => Promise<Result>,
  ): Promise<Result | undefined> => {
    try {
      return await call(await openStore(name, timeoutMs));
    } catch (error) {
      if (!isReported) report(`Netlify Blobs could not be ${doing}: ${explain(error, timeoutMs)}`);
      isReported = true;
      return undefined;
    }
  };
  return {
    read: (key, schema) =>
      attempt("read", async (store) => {
        const value: unknown = await store.get(key, { type: "json" });
        if (value === null) return undefined;
        const { data, success } = core.safeParse(schema, value);
        if (!success) throw new Error(`${key} has an unexpected value`);
        return data;
      }),
    write: async (key, value) =>
      (await attempt("written", (store) => store.setJSON(key, value))) !== undefined,
    list: (prefix) =>
      attempt("read", async (store) => {
        for await (const { blobs } of store.list({ prefix, paginate: true }))
          return blobs.map(({ key }) => key);
        return [];
      }),
    remove: async (key) =>
      (await attempt("written", async (store) => [await store.delete(key)])) !== undefined,
  };
}

/**
 * The client has no time limit, and tries for 25 s when its server is away. Its `fetch` here ends with the signal, and shows it
 * no answer that it would try again after: a value is worth one try.
 */
async function openStore(name: string, timeoutMs: number): Promise<Store> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { getStore } = await import("@netlify/blobs");
  return getStore({
    name,
    // Reads of the usual kind may be a minute old (Netlify).
    consistency: "strong",
    async fetch(input, init) {
      try {
        const response = await fetch(input, { ...init, signal });
        return response.status === 429 || response.status >= 500
          ? failed(`status ${response.status}`)
          : response;
      } catch (error) {
        return failed(explain(error, timeoutMs));
      }
    },
  });
}

/** An answer that the client takes for final. It shows the header in its error. */
function failed(why: string): Response {
  return new Response(null, { status: 400, headers: { "x-nf-error": why.replaceAll(/[^ -~]/g, " ") } });
}

function explain(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `it took longer than ${timeoutMs} ms`;
  // `fetch failed` says why in its cause.
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
