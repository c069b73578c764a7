/**
 * How catch-up stands with an org. It is kept twice: in the blob cache, which wakes no database, and in the database, which gets it
 * whenever it is awake for another reason. The newer of the two counts; with both gone catch-up begins anew.
 */
import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import type { BlobCache } from "../blob-cache/blob-cache.ts";
import type { Database } from "../events/database/database.ts";
import { WORK_TIMEOUT_MS } from "../events/database/with-time-limit.ts";
import type { OktaError } from "../okta/okta-error.ts";
import type { DeliveryFailure } from "../okta/org.ts";

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

/** The newer of what is known. */
export function newer(
  one: CatchUpState | undefined,
  other: CatchUpState | undefined,
): CatchUpState | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.savedAt >= other.savedAt ? one : other;
}

const HOUR_MS = 60 * 60 * 1000;
/** Clocks that differ by more than this are said. */
const CLOCK_ERROR_MS = 2 * 60 * 1000;
/** Behind by more than this is a problem: the sweep did not run, or the log is longer than one catch-up has time for. */
export const BEHIND_MS = 3 * HOUR_MS;

/** Failures that are not counted yet: a page with young events is read again. */
export function uncountedFailures(
  { failures }: CatchUpState,
  found: readonly DeliveryFailure[],
): readonly DeliveryFailure[] {
  const until = Date.parse(failures?.until ?? "");
  return Number.isNaN(until) ? found : found.filter(({ published }) => Number(published) > until);
}

/** Adds failures to those that are counted. */
export function addFailures({ failures }: CatchUpState, found: readonly DeliveryFailure[], now: string) {
  const times = found.flatMap(({ published }) => published?.toISOString() ?? []);
  return {
    count: (failures?.count ?? 0) + found.length,
    since: failures?.since ?? now,
    last: now,
    until: [failures?.until ?? "", ...times].toSorted().at(-1) || undefined,
    reason: found.at(-1)?.reason ?? "no reason given",
  };
}

/** The failures are forgotten after an hour without one. */
export function expireFailures({ failures }: CatchUpState, clock: Clock) {
  return failures !== null && clock.now() - Date.parse(failures.last) < HOUR_MS ? failures : null;
}

export function problemOf(
  { problem, comparedUntil }: CatchUpState,
  error: OktaError | undefined,
  orgNow: number | undefined,
  now: number,
): CatchUpState["problem"] {
  const note = (kind: string, sentence: string) => ({
    kind,
    sentence,
    since: problem?.kind === kind ? problem.since : new Date(now).toISOString(),
  });
  if (error !== undefined) return note(error.kind, error.message);
  const clockError = orgNow === undefined ? 0 : now - orgNow;
  if (Math.abs(clockError) > CLOCK_ERROR_MS) {
    const minutes = Math.round(Math.abs(clockError) / 60_000);
    return note(
      "clock",
      `This machine's clock is ${minutes} minutes ${clockError > 0 ? "ahead of" : "behind"} Okta's: events are judged by Okta's.`,
    );
  }
  if ((orgNow ?? now) - Date.parse(comparedUntil) > BEHIND_MS) {
    return note("behind", `Catch-up is behind: the System Log has been read until ${comparedUntil}.`);
  }
  return null;
}
