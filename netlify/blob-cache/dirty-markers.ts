/**
 * Dirty markers in Netlify Blobs. A call that may leave work sets one of its own, and removes it once it knows that nothing is left. While
 * there is a marker the sweep looks into the database: a process that dies, fails or does not know leaves its marker.
 *
 * A marker is a key with the time in it: nobody writes another one's, so no two writers can lose each other's.
 */
import { randomUUID } from "node:crypto";
import { type BlobCache, openBlobCache } from "./blob-cache.ts";

/** The marker of one call. */
export interface DirtyMarker {
  /** Ends the call's work. @param isClean whether the call knows that nothing of it is left */
  end(isClean: boolean): Promise<void>;
}

/** What of Netlify's context is used. */
export interface MarkedCall {
  readonly deploy: { readonly context: string };
  waitUntil(work: Promise<unknown>): void;
}

const PREFIX = "dirty/";

/** Sets the marker of a call on production, an old deploy included: any other has no database that sleeps. Nobody waits for it. */
export function setDirtyMarker(
  call: MarkedCall,
  databaseId: string | null,
  report: (problem: string) => void,
): DirtyMarker {
  if (call.deploy.context !== "production") return { end: async () => {} };
  const { written, end } = writeMarker(openBlobCache({ databaseId, report }), Date.now());
  call.waitUntil(written);
  return { end };
}

/** @param nowMs the time, in milliseconds since 1970 */
export function writeMarker(
  cache: BlobCache,
  nowMs: number,
): DirtyMarker & { readonly written: Promise<boolean> } {
  const key = `${PREFIX}${nowMs}-${randomUUID().slice(0, 8)}`;
  const written = cache.write(key, {});
  return {
    written,
    async end(isClean) {
      const isWritten = await written;
      if (isClean && isWritten) await cache.remove(key);
      if (!isClean && !isWritten) await cache.write(key, {});
    },
  };
}

/** A marker that is set. */
export interface StoredMarker {
  readonly key: string;
  /** In milliseconds since 1970; 0 where the key says no time. */
  readonly setAt: number;
}

/** @returns undefined when they cannot be read */
export async function listMarkers(cache: BlobCache): Promise<readonly StoredMarker[] | undefined> {
  const keys = await cache.list(PREFIX);
  return keys?.map((key) => ({ key, setAt: Number(/^dirty\/(\d{13})-/.exec(key)?.[1] ?? 0) }));
}
