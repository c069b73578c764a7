/** How syncs stand, as people read it: how many are in step, when all were compared last and with what, how many wait. */
import type { Database } from "../events/database/database.ts";
import { listSyncs, type StoredSync } from "../events/sync/sync-entries.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { isSync } from "../handler-kit/define-sync.ts";
import { readSyncState, type SyncCache, type SyncState } from "./state.ts";

/** How a sync stands. */
export interface SyncStatus {
  /** Users or groups that it keeps in step. */
  readonly present: number;
  /** When everybody was compared last; null: never. */
  readonly comparedAt: string | null;
  /** Whether it is in step as far as is known. */
  readonly ok: boolean;
  /** Whether and why it is, or what to do. */
  readonly sentence: string;
}

/**
 * @param org the org's host; null: none is set
 * @returns by name; those too of which something is kept though they are no syncs any more
 */
export async function readSyncStatuses(
  database: Database,
  cache: SyncCache,
  { handlers, org }: { readonly handlers: readonly Handler[]; readonly org: string | null },
): Promise<ReadonlyMap<string, SyncStatus>> {
  const stored = await listSyncs(database);
  const names = handlers.filter(isSync).map(({ name }) => name);
  const current = await Promise.all(
    names.map(async (sync): Promise<[string, SyncStatus]> => {
      const kept = stored.find((one) => one.sync === sync && one.org === org);
      const state = org === null ? undefined : await readSyncState(cache, { org, sync });
      return [sync, describeSync(sync, kept, state, org)];
    }),
  );
  const orphaned = Map.groupBy(
    stored.filter(({ sync }) => !names.includes(sync)),
    ({ sync }) => sync,
  );
  return new Map([
    ...current,
    ...[...orphaned].map(([sync, kept]): [string, SyncStatus] => {
      const present = kept.reduce((sum, one) => sum + one.present, 0);
      const sentence = `It is no sync of index.ts any more, and what is kept of it here helps nobody: npm run hook -- sync ${sync} --drop`;
      return [sync, { present, comparedAt: null, ok: false, sentence }];
    }),
  ]);
}

function describeSync(
  sync: string,
  kept: StoredSync | undefined,
  state: SyncState | undefined,
  org: string | null,
): SyncStatus {
  const comparedAt = kept?.comparedAt?.toISOString() ?? null;
  const status = (ok: boolean, sentence: string) => ({
    present: kept?.present ?? 0,
    comparedAt,
    ok,
    sentence,
  });
  if (org === null)
    return status(false, "Set OKTA_ORG_URL and a service app: without an org nobody can be read.");
  if (state?.problem) return status(false, state.problem.sentence);
  if (state?.comparison)
    return status(true, `It is being compared with ${org}: ${listed(state.comparison)}.`);
  if (comparedAt === null)
    return status(false, `Nobody was loaded from ${org} yet: npm run hook -- sync ${sync}`);
  if (!state?.last) return status(true, `Compared with ${org}.`);
  const { failure } = state.last;
  return status(
    failure === null,
    `Compared with ${org}: ${listed(state.last)}.${failure === null ? "" : ` ${failure}`}`,
  );
}

function listed({ counts }: Pick<NonNullable<SyncState["last"]>, "counts">): string {
  return `${counts.listed} listed, ${counts.applied} applied, ${counts.removed} removed, ${counts.failed} failed`;
}
