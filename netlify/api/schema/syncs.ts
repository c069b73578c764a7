/** Loading and comparing what a sync keeps in step. */
import { z } from "zod";
import { comparison } from "../../sync/state.ts";
import { count, instant } from "./common.ts";

/**
 * `POST /api/syncs/:id`: lists everybody, applies what is new or changed, asks by id for who is not in the list, and removes who is gone: a
 * slice at a time. Ask again with the `progress` of the answer until `outcome` is `ended`; without one it goes on where the last comparison
 * stopped. `dryRun` only counts. After `many-gone` nobody is removed unless `progress.mayRemoveMany` is true.
 */
export const syncBody = z.strictObject({ dryRun: z.boolean(), progress: comparison.optional() });
export type SyncBody = z.input<typeof syncBody>;

/** `POST /api/syncs/:id`: what was done since the comparison began. */
export const syncSlice = z.object({
  /** The org's host. */
  org: z.string(),
  of: z.enum(["user", "group"]),
  outcome: z.enum(["ended", "out-of-time", "failing", "many-gone"]),
  progress: comparison,
  /** When the list is read: who is there as far as is known, and how many of them were not in it. */
  missing: z.object({ unseen: count, present: count }).nullable(),
  /** Before that Okta gives nothing more; null: at once. */
  waitUntil: instant.nullable(),
});
export type SyncSlice = z.infer<typeof syncSlice>;

/** `DELETE /api/syncs/:id`: how many rows of a sync that is no more were forgotten. */
export const syncDropped = z.object({ dropped: count });
export type SyncDropped = z.infer<typeof syncDropped>;
