/** A site that keeps a users table in step with an org, whose time only the test moves. */
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { runDueWork, type WorkDone } from "../../netlify/events/work/run-due-work.ts";
import type { SyncHandler } from "../../netlify/handler-kit/define-sync.ts";
import { readOktaSettings } from "../../netlify/settings/okta-settings.ts";
import { compare, type Slice, type SyncContext } from "../../netlify/sync/compare.ts";
import { openSync, runComparisons, runSyncChanges, stateAfter } from "../../netlify/sync/run-syncs.ts";
import {
  type Comparison,
  newSyncState,
  readSyncState,
  type SyncState,
  writeSyncState,
} from "../../netlify/sync/state.ts";
import { type StandInOrg, startOrg } from "../okta/stand-in/start-org.ts";
import { makeEvent } from "./deliveries.ts";
import { madeBlobCache } from "./made-blob-cache.ts";
import { type MadeWork, makeWork, soon } from "./made-work.ts";
import { createPeople, PEOPLE_FAULTS, type PersonRow, syncPeople } from "./people-table.ts";
import { serviceApp, serviceAppSettings } from "./service-app.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** How everybody is compared. */
interface Comparing {
  readonly dryRun?: boolean;
  readonly deadlineMs?: number;
}

export interface MadeSync {
  readonly org: StandInOrg;
  readonly work: MadeWork;
  readonly sync: SyncHandler;
  /** What Blobs hold; a test may lose it. */
  readonly blobs: Map<string, string>;
  /** Called before each write to the owner's table. */
  beforeWrite: (id: string) => unknown;
  /** Statements of the comparisons and of reading changes. */
  statements: number;
  /** Okta tells of somebody: the event is recorded and queued, and does not run yet. */
  tell(id: string, eventType?: string): Promise<void>;
  /** What is due runs. */
  run(): Promise<WorkDone>;
  context(deadlineMs?: number): SyncContext;
  /** Compares everybody, as a person's command does. */
  compare(from?: Comparison | null, how?: Comparing): Promise<Slice<Comparison>>;
  /** Loads everybody as the command does, and keeps how that ended. */
  load(): Promise<void>;
  /** The hour's part of a sweep, and the week's. */
  changes(deadlineMs?: number): Promise<SyncState | undefined>;
  comparisons(deadlineMs?: number): Promise<SyncState | undefined>;
  state(): Promise<SyncState | undefined>;
  /** The owner's table. */
  people(): Promise<readonly PersonRow[]>;
  /** The table as the org would have it: those who are there. */
  expected(): PersonRow[];
  faults(): Promise<number>;
  close(): Promise<void>;
}

export async function makeSync(url: string): Promise<MadeSync> {
  await createPeople(url);
  const org = await startOrg({ serviceApp: { ...serviceApp, scopes: ["okta.users.read"] } });
  const environment = serviceAppSettings(org);
  const settings = readOktaSettings(environment);
  const blobs = new Map<string, string>();
  const cache = madeBlobCache(blobs);
  const owner: { sql?: MadeWork["sql"] } = {};
  const sync = syncPeople(
    async (text, values) => await owner.sql?.(text, values),
    (id) => made.beforeWrite(id),
  );
  const work = await makeWork(url, [sync], environment);
  owner.sql = work.sql;
  await work.sql("truncate sync_entries");
  org.directory.now = () => work.clock.now();
  org.log.now = () => work.clock.now();
  const database = {
    ...work.database,
    query: ((text, values, limit) => {
      made.statements += 1;
      return work.database.query(text, values, limit);
    }) satisfies typeof work.database.query as typeof work.database.query,
  };
  const options = (deadlineMs: number) => ({
    settings,
    handlers: [sync],
    database,
    cache,
    environment,
    clock: work.clock,
    fetch,
    report: work.report,
    deadline: work.clock.now() + deadlineMs,
  });
  const key = { org: new URL(org.url).host, sync: "people" };
  let told = 0;
  const made: MadeSync = {
    org,
    work,
    sync,
    blobs,
    beforeWrite: () => {},
    statements: 0,
    async tell(id, eventType = "user.account.update_profile") {
      told += 1;
      const published = new Date(work.clock.now()).toISOString();
      const target = [{ type: "User", id }];
      const delivery = await work.record(makeEvent(`event-${told}`, { eventType, published, target }));
      await queueEvents(work, delivery);
    },
    run: () => runDueWork(work, { deadline: soon(work), waitForRetryMs: 0 }),
    context: (deadlineMs = 20_000) => openSync(sync, options(deadlineMs)),
    async compare(from = null, { dryRun = false, deadlineMs = 20_000 } = {}) {
      await work.clock.advance(1000);
      return await compare(made.context(deadlineMs), from, dryRun);
    },
    async load() {
      const slice = await made.compare();
      await writeSyncState(cache, key, stateAfter(newSyncState, slice, "people", new Date(work.clock.now())));
    },
    async changes(deadlineMs = 10_000) {
      await runSyncChanges(options(deadlineMs));
      return await made.state();
    },
    async comparisons(deadlineMs = 10_000) {
      await runComparisons(options(deadlineMs));
      return await made.state();
    },
    state: () => readSyncState(cache, key),
    people: () => work.sql<PersonRow>("select okta_id, login, status, gone from people order by okta_id"),
    expected: () =>
      [...org.directory.users.values()]
        .map(({ id, status, profile }) => ({ okta_id: id, login: profile.login, status, gone: false }))
        .sort((one, other) => (one.okta_id < other.okta_id ? -1 : 1)),
    faults: async () => (await work.sql(PEOPLE_FAULTS)).length,
    async close() {
      await work.close();
      await org[Symbol.asyncDispose]();
      if (org.violations.length > 0) throw new Error(`Okta's contract: ${org.violations.join("\n")}`);
    },
  };
  return made;
}
