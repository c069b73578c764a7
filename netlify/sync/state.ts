/**
 * How a sync stands with an org, in Netlify Blobs: how far it has read, and what came of it. It may be lost: then everybody is compared
 * anew. That everybody was loaded once is in the database.
 */
import { z } from "zod";
import type { BlobCache } from "../blob-cache/blob-cache.ts";
import type { SyncKey } from "../events/sync/sync-entries.ts";

const instant = z.iso.datetime();
const count = z.number().int().nonnegative();

/** What reading a list, or asking by id, came to. */
export const syncCounts = z.object({
  /** In the list, and of those the ones that were there already. */
  listed: count,
  known: count,
  /** New or changed, and applied. */
  applied: count,
  /** New or changed, and left to a run that reads it. */
  left: count,
  /** Not in the list, and by its id not there any more. */
  removed: count,
  failed: count,
});
export type SyncCounts = z.infer<typeof syncCounts>;
export const COUNTED = ["listed", "known", "applied", "left", "removed", "failed"] as const;

/** A comparison of everybody that is not over. */
export const comparison = z.object({
  /** By the database's clock. */
  startedAt: instant,
  /** `ask`: the list is read, and who was not in it is asked for by id. */
  phase: z.enum(["list", "ask"]),
  /** `list`: the path of the next page; null: the first. `ask`: the last id that was asked for. */
  next: z.string().max(4096).nullable(),
  /** A person has said that more than a tenth may be removed. */
  mayRemoveMany: z.boolean(),
  counts: syncCounts,
  /** Why the first that failed did. */
  failure: z.string().max(4096).nullable(),
});
export type Comparison = z.infer<typeof comparison>;

const syncState = z.object({
  /** Up to then every change is applied; null: not known, so everybody is compared. */
  changedUntil: instant.nullable(),
  /** The comparison that is not over: whoever comes next goes on with it. */
  comparison: comparison.extend({ savedAt: instant }).nullable(),
  /**
   * When everybody was compared last, and with what; `failure`: why the first that failed did, or nobody was removed. Null: never, and before
   * that nothing goes on by itself.
   */
  last: z.object({ endedAt: instant, counts: syncCounts, failure: z.string().nullable() }).nullable(),
  /** Until then nothing is tried by itself. */
  notBefore: instant.nullable(),
  /** Why Okta could not be read, or nothing be applied. */
  problem: z.object({ since: instant, kind: z.string(), sentence: z.string() }).nullable(),
});
export type SyncState = z.infer<typeof syncState>;

/** What of the cache is used. */
export type SyncCache = Pick<BlobCache, "read" | "write">;

const keyOf = ({ org, sync }: SyncKey) => `sync/${encodeURIComponent(org)}/${sync}`;

/** @returns undefined when it is lost, or was never written */
export async function readSyncState(cache: SyncCache, key: SyncKey): Promise<SyncState | undefined> {
  return await cache.read(keyOf(key), syncState);
}

export async function writeSyncState(cache: SyncCache, key: SyncKey, state: SyncState): Promise<void> {
  await cache.write(keyOf(key), state);
}

/** Nothing counted yet. */
export const noCounts: SyncCounts = { listed: 0, known: 0, applied: 0, left: 0, removed: 0, failed: 0 };

/** A comparison that begins now. @param startedAt by the database's clock */
export function newComparison(startedAt: string): Comparison {
  return { startedAt, phase: "list", next: null, mayRemoveMany: false, counts: noCounts, failure: null };
}

/** Of a sync that has done nothing yet. */
export const newSyncState: SyncState = {
  changedUntil: null,
  comparison: null,
  last: null,
  notBefore: null,
  problem: null,
};
