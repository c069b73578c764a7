/**
 * How catch-up stands with an org. It is kept twice: in the blob cache, which wakes no database, and in the database, which gets it
 * whenever it is awake for another reason. With both gone catch-up begins anew.
 */
import { z } from "zod";
import type { BlobCache } from "../blob-cache/blob-cache.ts";
import type { Database } from "../events/database/database.ts";
import { WORK_TIMEOUT_MS } from "../events/database/with-time-limit.ts";
import type { OktaError } from "../okta/okta-error.ts";
import type { DeliveryFailure } from "../okta/read-delivery-failure.ts";

const instant = z.iso.datetime();

/** The hook as the org told of it. */
const hookSnapshot = z.object({
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  verified: z.boolean(),
  address: z.string(),
  eventTypes: z.array(z.string()),
  filtered: z.array(z.string()),
});

export type HookSnapshot = z.infer<typeof hookSnapshot>;

const state = z.object({
  savedAt: instant,
  /** Where to read on: the address of the log's next page. Null: from `comparedUntil`. */
  cursor: z.string().nullable(),
  /** The filter that the cursor belongs to. */
  filter: z.string().nullable(),
  /** Between these two, every event of the log was compared with the store. */
  comparedFrom: instant,
  comparedUntil: instant,
  /** How far this machine's clock is ahead of Okta's. Okta's counts. */
  clockErrorMs: z.number(),
  /** When the log was last read, or could not be. */
  lookedAt: instant,
  /** The site's event hooks: two while one takes over from the other. Null: the org does not show them to us. */
  hooks: z.array(hookSnapshot).nullable(),
  hooksCheckedAt: instant.nullable(),
  /** The hooks that our deliveries came from. */
  hookIds: z.array(z.string()),
  /** From when on each event type is caught up: when it was first subscribed under catch-up. */
  types: z.record(z.string(), instant),
  /** Deliveries that Okta reports as failed in the log, since the last hour without one. `until`: the latest that is counted. */
  failures: z
    .object({
      count: z.number().int(),
      since: instant,
      last: instant,
      until: instant.optional(),
      reason: z.string(),
    })
    .nullable(),
  /** Why the last catch-up stopped; null: it did not. */
  problem: z.object({ since: instant, kind: z.string(), sentence: z.string() }).nullable(),
  /** Whether Okta may still deliver events that were fetched: the next catch-up sums up again. */
  waiting: z.boolean(),
  signIn: z.object({ scopes: z.array(z.string()), nonce: z.string().nullable() }).nullable(),
});

/** How catch-up stands with an org. */
export type CatchUpState = z.infer<typeof state>;

/** What of the blob cache is used. */
export type StateCache = Pick<BlobCache, "read" | "write">;

const keyOf = (org: string) => `catch-up/${encodeURIComponent(org)}`;

/** @returns undefined when it is lost: catch-up may have run all the same */
export async function readCached(cache: StateCache, org: string): Promise<CatchUpState | undefined> {
  return await cache.read(keyOf(org), state);
}

/** If it is lost, the next catch-up reads the database's copy. */
export async function writeCached(cache: StateCache, org: string, value: CatchUpState): Promise<void> {
  await cache.write(keyOf(org), value);
}

/**
 * Reads the copy that lasts.
 * @returns undefined where catch-up was never on for this org; "unreadable" where what is there is of another version
 * @throws {DatabaseError}
 */
export async function readSaved(
  database: Database,
  org: string,
): Promise<CatchUpState | "unreadable" | undefined> {
  const { rows } = await database.query<{ state: string }>(
    "select state from catch_up where org = $1",
    [org],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  if (rows[0] === undefined) return undefined;
  const read = state.safeParse(JSON.parse(rows[0].state));
  return read.success ? read.data : "unreadable";
}

/**
 * Writes the copy that lasts.
 * @throws {DatabaseError}
 */
export async function save(database: Database, org: string, value: CatchUpState): Promise<void> {
  await database.query(
    `insert into catch_up (org, state, saved_at) values ($1, $2, $3)
     on conflict (org) do update set state = excluded.state, saved_at = excluded.saved_at`,
    [org, JSON.stringify(value), value.savedAt],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
}

const HOUR_MS = 60 * 60 * 1000;
/** Clocks that differ by more than this are a problem. */
const CLOCK_ERROR_MS = 2 * 60 * 1000;
/** Behind by more than this is a problem: the sweep did not run, or the log is longer than one catch-up has time for. */
export const BEHIND_MS = 3 * HOUR_MS;

/**
 * Counts the failed deliveries until an hour went by without one.
 * @param found those of the pages just read; some were counted before, since a page with young events is read again
 */
export function countFailures(
  { failures }: CatchUpState,
  found: readonly DeliveryFailure[],
  nowMs: number,
): CatchUpState["failures"] {
  const counted = Date.parse(failures?.until ?? "");
  const isNew = ({ published }: DeliveryFailure) => Number.isNaN(counted) || Number(published) > counted;
  const added = found.filter(isNew);
  if (added.length === 0) {
    return failures !== null && nowMs - Date.parse(failures.last) < HOUR_MS ? failures : null;
  }
  const times = added.flatMap(({ published }) => published?.toISOString() ?? []);
  const now = new Date(nowMs).toISOString();
  return {
    count: (failures?.count ?? 0) + added.length,
    since: failures?.since ?? now,
    last: now,
    until: [failures?.until ?? "", ...times].toSorted().at(-1) || undefined,
    reason: added.at(-1)?.reason ?? "no reason given",
  };
}

/** @param error why the log could not be read; undefined: it could */
export function detectProblem(
  { problem, comparedUntil }: CatchUpState,
  error: OktaError | undefined,
  orgNow: number | null,
  now: number,
): CatchUpState["problem"] {
  const describe = (kind: string, sentence: string) => ({
    kind,
    sentence,
    since: problem?.kind === kind ? problem.since : new Date(now).toISOString(),
  });
  if (error !== undefined) return describe(error.kind, error.message);
  const clockError = now - (orgNow ?? now);
  if (Math.abs(clockError) > CLOCK_ERROR_MS) {
    const minutes = Math.round(Math.abs(clockError) / 60_000);
    return describe(
      "clock",
      `This machine's clock is ${minutes} minutes ${clockError > 0 ? "ahead of" : "behind"} Okta's: events are judged by Okta's.`,
    );
  }
  if ((orgNow ?? now) - Date.parse(comparedUntil) > BEHIND_MS) {
    return describe("behind", `Catch-up is behind: the System Log has been read until ${comparedUntil}.`);
  }
  return null;
}
