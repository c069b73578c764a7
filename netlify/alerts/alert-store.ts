/** The alerts: one row for each problem, from when it was detected until its end was sent, however many instances detect it. */
import type { Database } from "../events/database/database.ts";
import { QUERY_TIMEOUT_MS, WORK_TIMEOUT_MS } from "../events/database/with-time-limit.ts";
import type { Condition, Outage } from "./condition.ts";

const limit = { timeoutMs: WORK_TIMEOUT_MS };

/** While a problem lasts, it is sent again after this long. */
const REMIND_HOURS = 24;
/** Of one handler that fails, one message in this time: it may fail and succeed by turns. */
const HANDLER_MESSAGE_MS = 60 * 60_000;
/** An instance that sends an alert has this long for it; then another may try. */
const LEASE_MS = 2 * 60_000;
const FIRST_RETRY_DELAY_MS = 5 * 60_000;
const MAX_RETRY_DELAY_MS = 6 * 60 * 60_000;

/**
 * Stores the conditions that were detected, and ends the stored ones that are not among them. One that another sweep has detected since
 * `detectedAt` stays.
 * @param kinds the kinds that were checked: others stay as they are
 * @param detectedAt when the check began
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
       insert into alerts (id, kind, sentence, fix, handler, waiting, since, found_at, next_try_at)
       select found.id, found.kind, found.sentence, found.fix, found.handler, found.waiting, coalesce(found.since, $8), $8,
         greatest($8, (
           select max(sent_at) + $9 * interval '1 ms' from alert_messages
           where alert_id = found.id and found.kind = 'handler' and problem is null
         ))
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[])
         as found (id, kind, sentence, fix, handler, waiting, since)
       on conflict (id) do update set
         sentence = excluded.sentence, fix = excluded.fix, waiting = greatest(alerts.waiting, excluded.waiting),
         found_at = greatest(alerts.found_at, excluded.found_at), ended_at = null
     ), unsent as (
       -- What nobody was told of need not be resolved.
       delete from alerts
       where kind = any($10::text[]) and id <> all($1::text[]) and found_at <= $8 and ended_at is null and notified_at is null
     )
     update alerts set
       ended_at = $8, tries = 0, next_try_at = case when kind = 'handler' then greatest(next_try_at, $8) else $8 end
     where kind = any($10::text[]) and id <> all($1::text[]) and found_at <= $8 and ended_at is null and notified_at is not null`,
    [
      conditions.map(({ id }) => id),
      conditions.map(({ kind }) => kind),
      conditions.map(({ sentence }) => sentence),
      conditions.map(({ fix }) => fix),
      conditions.map(({ outage }) => outage?.handler ?? null),
      conditions.map(({ outage }) => outage?.waiting ?? null),
      conditions.map(({ outage }) => outage?.since.toISOString() ?? null),
      detectedAt.toISOString(),
      HANDLER_MESSAGE_MS,
      kinds,
    ],
    limit,
  );
}

/** A message that is due. */
export interface DueAlert {
  readonly id: string;
  readonly kind: string;
  readonly sentence: string;
  readonly fix: string | null;
  readonly since: Date;
  /** Of an alert about a handler, with the most runs that waited. */
  readonly outage: Outage | null;
  readonly phase: "firing" | "reminder" | "resolved";
  /** When it ended; null: it lasts. */
  readonly endedAt: Date | null;
  /** Tries so far, this one included. */
  readonly tries: number;
}

interface AlertRow {
  readonly id: string;
  readonly kind: string;
  readonly sentence: string;
  readonly fix: string | null;
  readonly handler: string | null;
  readonly waiting: number | null;
  readonly since: Date | string;
  readonly ended_at: Date | string | null;
  readonly notified_at: Date | string | null;
  readonly tries: number;
  readonly problem: string | null;
  readonly next_try_at: Date | string;
}

/**
 * Claims the alerts that are due, so that no other instance sends them as well.
 * @throws {DatabaseError}
 */
export async function claimDueAlerts(database: Database, now: Date, most: number): Promise<DueAlert[]> {
  const { rows } = await database.query<AlertRow>(
    `update alerts set next_try_at = $2, tries = tries + 1
     where id in (
       select id from alerts
       where next_try_at <= $1 and (
         ended_at is not null or notified_at is null or notified_at <= $1::timestamptz - interval '${REMIND_HOURS} hours'
       )
       order by since, id limit $3 for update skip locked
     )
     returning *`,
    [now.toISOString(), new Date(now.getTime() + LEASE_MS).toISOString(), most],
    limit,
  );
  return rows.map(({ id, kind, sentence, fix, tries, ...row }) => {
    const since = new Date(row.since);
    return {
      id,
      kind,
      sentence,
      fix,
      tries,
      since,
      outage: row.handler === null ? null : { handler: row.handler, since, waiting: row.waiting ?? 0 },
      endedAt: asDate(row.ended_at),
      phase: row.ended_at !== null ? "resolved" : row.notified_at === null ? "firing" : "reminder",
    };
  });
}

/**
 * Marks an alert as sent, and removes one that is resolved. Where it ended while its first message was being sent, its row is gone: it is
 * stored again, so that its end is sent too.
 * @throws {DatabaseError}
 */
export async function markNotified(database: Database, alert: DueAlert, now: Date): Promise<void> {
  const { id, kind, sentence, fix, since, outage, phase } = alert;
  if (phase === "resolved") {
    await database.query("delete from alerts where id = $1 and ended_at is not null", [id], limit);
    return;
  }
  const next = kind === "handler" ? new Date(now.getTime() + HANDLER_MESSAGE_MS) : now;
  await database.query(
    `insert into alerts (id, kind, sentence, fix, handler, waiting, since, found_at, ended_at, notified_at, next_try_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9)
     on conflict (id) do update set notified_at = $8, tries = 0, problem = null, next_try_at = $9`,
    [
      id,
      kind,
      sentence,
      fix,
      outage?.handler ?? null,
      outage?.waiting ?? null,
      since.toISOString(),
      now.toISOString(),
      next.toISOString(),
    ],
    limit,
  );
}

/** Notes that an alert was not taken, and when it is sent again. @throws {DatabaseError} */
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
    limit,
  );
}

/**
 * When a message is due next: a reminder, or another try; null: nothing is wrong.
 * @throws {DatabaseError}
 */
export async function findNextNotification(database: Database): Promise<Date | null> {
  const { rows } = await database.query<{ next: Date | string | null }>(
    `select min(greatest(
       next_try_at, case when ended_at is null then notified_at + interval '${REMIND_HOURS} hours' end
     )) as next from alerts`,
    [],
    limit,
  );
  return asDate(rows[0]?.next ?? null);
}

/** A problem as it stands. */
export interface StoredAlert {
  readonly id: string;
  readonly kind: string;
  readonly sentence: string;
  readonly fix: string | null;
  readonly since: Date;
  readonly notifiedAt: Date | null;
  /** Why the last try to send it failed; null: it did not. */
  readonly problem: string | null;
  readonly nextTryAt: Date;
}

const MAX_ALERTS = 100;

/**
 * Lists what is wrong now, the oldest first.
 * @throws {DatabaseError}
 */
export async function listAlerts(database: Database): Promise<StoredAlert[]> {
  const { rows } = await database.query<AlertRow>(
    `select * from alerts where ended_at is null order by since, id limit ${MAX_ALERTS}`,
    [],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map(({ id, kind, sentence, fix, problem, ...row }) => ({
    id,
    kind,
    sentence,
    fix,
    problem,
    since: new Date(row.since),
    notifiedAt: asDate(row.notified_at),
    nextTryAt: new Date(row.next_try_at),
  }));
}

/** A message that was sent, or tried. */
export interface AlertMessage {
  readonly alertId: string;
  readonly phase: DueAlert["phase"] | "test";
  readonly sentence: string;
  readonly sentAt: Date;
  /** The host of the address. */
  readonly sentTo: string;
  /** Why it was not taken; null: it was. */
  readonly problem: string | null;
}

const MAX_STORED_MESSAGES = 200;
const MAX_LISTED_MESSAGES = 20;

/** Stores a message, and removes all but the last 200. @throws {DatabaseError} */
export async function recordMessage(database: Database, message: AlertMessage): Promise<void> {
  const { alertId, phase, sentence, sentAt, sentTo, problem } = message;
  await database.query(
    `with stored as (
       insert into alert_messages (alert_id, phase, sentence, sent_at, sent_to, problem)
       values ($1, $2, $3, $4, $5, $6) returning id
     )
     delete from alert_messages where id <= (select id from stored) - ${MAX_STORED_MESSAGES}`,
    [alertId, phase, sentence, sentAt.toISOString(), sentTo, problem],
    limit,
  );
}

/**
 * Lists the last messages, the latest first.
 * @throws {DatabaseError}
 */
export async function listMessages(database: Database): Promise<AlertMessage[]> {
  const { rows } = await database.query<Omit<AlertMessage, "sentAt"> & { readonly sentAt: Date | string }>(
    `select alert_id as "alertId", phase, sentence, sent_at as "sentAt", sent_to as "sentTo", problem
     from alert_messages order by id desc limit ${MAX_LISTED_MESSAGES}`,
    [],
    { timeoutMs: QUERY_TIMEOUT_MS },
  );
  return rows.map((message) => ({ ...message, sentAt: new Date(message.sentAt) }));
}

function asDate(value: Date | string | null): Date | null {
  return value === null ? null : new Date(value);
}
