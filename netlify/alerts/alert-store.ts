/** What is wrong, kept: each thing once, from when it began until it is over, however many instances see it. */
import type { Database } from "../events/database/database.ts";
import { WORK_TIMEOUT_MS } from "../events/database/with-time-limit.ts";
import type { Condition } from "./condition.ts";

/** While something lasts it is told again after this long. */
const REMIND_HOURS = 24;
/** An instance that tells something has this long for it; then another may try. */
const LEASE_MS = 2 * 60_000;
const FIRST_RETRY_DELAY_MS = 5 * 60_000;
const MAX_RETRY_DELAY_MS = 6 * 60 * 60_000;

/** Something to be told. */
export interface DueAlert {
  readonly id: string;
  readonly kind: string;
  readonly sentence: string;
  readonly fix: string | null;
  readonly since: Date;
  readonly phase: "firing" | "reminder" | "resolved";
  /** Tries so far, this one included. */
  readonly tries: number;
}

/**
 * Notes what is wrong. What was wrong before and is not any more is over, but for what somebody else noted after this one had looked.
 * @param kinds the kinds that were looked for: others are left as they are
 * @param detectedAt when the looking began
 * @throws {DatabaseError}
 */
export async function updateAlerts(
  database: Database,
  conditions: readonly Condition[],
  kinds: readonly Condition["kind"][],
  detectedAt: Date,
): Promise<void> {
  await database.query(
    `with found as (
       insert into alerts (id, kind, sentence, fix, since, next_try_at)
       select found.id, found.kind, found.sentence, found.fix, $5, $5
       from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as found (id, kind, sentence, fix)
       on conflict (id) do update set sentence = excluded.sentence, fix = excluded.fix, ended_at = null
     ), untold as (
       -- What nobody heard of need not be taken back.
       delete from alerts
       where kind = any($6::text[]) and id <> all($1::text[]) and since < $5 and ended_at is null and notified_at is null
     )
     update alerts set ended_at = $5, next_try_at = $5, tries = 0
     where kind = any($6::text[]) and id <> all($1::text[]) and since < $5 and ended_at is null and notified_at is not null`,
    [
      conditions.map(({ id }) => id),
      conditions.map(({ kind }) => kind),
      conditions.map(({ sentence }) => sentence),
      conditions.map(({ fix }) => fix),
      detectedAt.toISOString(),
      kinds,
    ],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
}

/** What is due and whose turn it is. */
const due = `(ended_at is not null or notified_at is null or notified_at <= $1::timestamptz - interval '${REMIND_HOURS} hours')`;

/**
 * Takes what has to be told, so that no other instance tells it as well.
 * @throws {DatabaseError}
 */
export async function claimDueAlerts(database: Database, now: Date, most: number): Promise<DueAlert[]> {
  const { rows } = await database.query<{
    id: string;
    kind: string;
    sentence: string;
    fix: string | null;
    since: Date | string;
    ended_at: Date | string | null;
    notified_at: Date | string | null;
    tries: number;
  }>(
    `update alerts set next_try_at = $2, tries = tries + 1
     where id in (
       select id from alerts where ${due} and next_try_at <= $1 order by since, id limit $3 for update skip locked
     )
     returning id, kind, sentence, fix, since, ended_at, notified_at, tries`,
    [now.toISOString(), new Date(now.getTime() + LEASE_MS).toISOString(), most],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  return rows.map(({ since, ended_at: endedAt, notified_at: notifiedAt, ...alert }) => ({
    ...alert,
    since: new Date(since),
    phase:
      endedAt !== null
        ? ("resolved" as const)
        : notifiedAt === null
          ? ("firing" as const)
          : ("reminder" as const),
  }));
}

/**
 * Notes that it was told; what is over is gone with that. What was found to be over while its beginning was on its way, and so is gone, is
 * told to be over next.
 * @throws {DatabaseError}
 */
export async function markNotified(database: Database, alert: DueAlert, now: Date): Promise<void> {
  const { id, kind, sentence, fix, since, phase } = alert;
  if (phase === "resolved") {
    await database.query("delete from alerts where id = $1 and ended_at is not null", [id], {
      timeoutMs: WORK_TIMEOUT_MS,
    });
    return;
  }
  await database.query(
    `insert into alerts (id, kind, sentence, fix, since, ended_at, notified_at, next_try_at)
     values ($1, $2, $3, $4, $5, $6, $6, $6)
     on conflict (id) do update set notified_at = $6, tries = 0, problem = null, next_try_at = $6`,
    [id, kind, sentence, fix, since.toISOString(), now.toISOString()],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
}

/** Notes that it could not be told, and when it is tried again. @throws {DatabaseError} */
export async function markNotifyFailed(
  database: Database,
  { id, tries }: DueAlert,
  problem: string,
  now: Date,
): Promise<void> {
  const delayMs = Math.min(FIRST_RETRY_DELAY_MS * 2 ** (tries - 1), MAX_RETRY_DELAY_MS);
  await database.query(
    "update alerts set problem = $2, next_try_at = $3 where id = $1",
    [id, problem, new Date(now.getTime() + delayMs).toISOString()],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
}

/**
 * When something is to be told next, by a reminder or another try; null: nothing is wrong.
 * @throws {DatabaseError}
 */
export async function findNextNotification(database: Database): Promise<Date | null> {
  const { rows } = await database.query<{ next: Date | string | null }>(
    `select min(greatest(
       next_try_at, case when ended_at is null then notified_at + interval '${REMIND_HOURS} hours' end
     )) as next from alerts`,
    [],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const next = rows[0]?.next ?? null;
  return next === null ? null : new Date(next);
}
