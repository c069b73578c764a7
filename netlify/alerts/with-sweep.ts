/** Alerts as the hourly sweep looks after them: what is wrong is noted, and told. Where nothing changed, the database sleeps on. */
import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import type { SweptLog } from "../catch-up/with-sweep.ts";
import type { Database } from "../events/database/database.ts";
import type { DatabaseError } from "../events/database/database-error.ts";
import type { Hints } from "../hints/hints.ts";
import type { AlertSettings } from "../settings/alert-settings.ts";
import type { Environment } from "../settings/environment.ts";
import { findNextNotification, updateAlerts } from "./alert-store.ts";
import type { Condition } from "./condition.ts";
import { detectCatchUpConditions } from "./detect-catch-up-conditions.ts";
import { detectSettingsConditions } from "./detect-settings-conditions.ts";
import { detectStoreConditions } from "./detect-store-conditions.ts";
import { MAX_POST_MS, type Message, postMessage } from "./post-message.ts";
import { sendAlerts } from "./send-alerts.ts";

/** What the sweep hands on. */
export interface Alerting {
  readonly environment: Environment;
  readonly database: Database;
  readonly hints: Pick<Hints, "read" | "write">;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** When it has to be over, in milliseconds since 1970. */
  readonly deadline: number;
}

/** What was seen in this sweep. */
export interface Seen {
  /** What catch-up saw; undefined: it is off. */
  readonly caughtUp: Pick<SweptLog, "state"> | undefined;
  /** Whether the database is awake anyway. */
  readonly awake: boolean;
}

/** What came of it. */
export interface Alerted {
  readonly told: number;
  readonly failed: number;
  readonly askedDatabase: boolean;
}

/** What the store and the settings show, and what catch-up shows. */
const OF_SITE: readonly Condition["kind"][] = ["dead-letters", "missed", "settings"];
const OF_CATCH_UP: readonly Condition["kind"][] = ["hook", "deliveries", "catch-up", "behind", "clock"];

const KEY = "alerts/known";
const note = z.object({ ids: z.array(z.string()), nextAt: z.number().nullable() });
const DATABASE_KEY = "alerts/database";
const awayNote = z.object({ since: z.iso.datetime(), toldAt: z.number().nullable() });
/** Of the hourly schedule, less what it may be early. */
const TOLD_EVERY_MS = 55 * 60_000;

/** @throws {DatabaseError} */
export async function alertWithSweep(alerting: Alerting, { caughtUp, awake }: Seen): Promise<Alerted> {
  const { environment, database, hints, clock, deadline } = alerting;
  const { settings, problem } = detectSettingsConditions(environment);
  const judgedAt = new Date(clock.now());
  const state = caughtUp?.state;
  const known = [...problem, ...(state === undefined ? [] : detectCatchUpConditions(state, clock.now()))];
  // Whether there is an address too: one that is set later hears of what is wrong already.
  const ids = [settings === null ? "nowhere" : settings.kind, ...known.map(({ id }) => id).sort()];
  const [last, away] = await Promise.all([hints.read(KEY, note), hints.read(DATABASE_KEY, awayNote)]);
  const isSame = last !== undefined && last.ids.join() === ids.join();
  const isDue = last === undefined || (last.nextAt !== null && last.nextAt <= clock.now());
  if (!awake && isSame && !isDue && away === undefined) return { told: 0, failed: 0, askedDatabase: false };

  const conditions = [...known, ...(await detectStoreConditions(database, orgOf(environment)))];
  // Of a catch-up that broke off nothing is known: what was wrong with it is left as it is.
  const kinds = caughtUp !== undefined && state === undefined ? OF_SITE : [...OF_SITE, ...OF_CATCH_UP];
  await updateAlerts(database, conditions, kinds, judgedAt);
  if (away !== undefined) await tellDatabaseBack(alerting, settings, away);
  const sent =
    settings === null
      ? { told: 0, failed: 0 }
      : await sendAlerts({ ...alerting, settings, siteUrl: environment("URL"), deadline });
  const next = settings === null ? null : await findNextNotification(database);
  await hints.write(KEY, { ids, nextAt: next?.getTime() ?? null });
  return { ...sent, askedDatabase: true };
}

/** Tells that the database does not answer: it cannot keep that itself. Once an hour at most, and never throws. */
export async function tellDatabaseAway(
  alerting: Omit<Alerting, "database">,
  error: DatabaseError,
): Promise<void> {
  const { environment, hints, clock } = alerting;
  const { settings } = detectSettingsConditions(environment);
  const now = new Date(clock.now());
  const last = await hints.read(DATABASE_KEY, awayNote);
  if (settings === null || (last?.toldAt && now.getTime() - last.toldAt < TOLD_EVERY_MS)) return;
  const since = last?.since ?? now.toISOString();
  const failed = await post(alerting, settings, {
    id: `database-${Date.parse(since)}-${now.getTime()}`,
    type: last === undefined ? "alert.firing" : "alert.reminder",
    text: `${siteOf(environment)}${last === undefined ? "" : "Still: "}The database does not answer as it should (${error.code}). Deliveries are answered 503, and Okta sends each once more; what is lost then is fetched from its System Log, where catch-up is on.`,
    data: { id: "database", kind: "database", since, code: error.code },
  });
  await hints.write(DATABASE_KEY, {
    since,
    toldAt: failed === null ? now.getTime() : (last?.toldAt ?? null),
  });
}

/** Tells that it answers again, where somebody heard that it did not. */
async function tellDatabaseBack(
  alerting: Alerting,
  settings: AlertSettings | null,
  { since, toldAt }: z.infer<typeof awayNote>,
): Promise<void> {
  const failed =
    settings === null || toldAt === null
      ? null
      : await post(alerting, settings, {
          id: `database-${Date.parse(since)}-over`,
          type: "alert.resolved",
          text: `${siteOf(alerting.environment)}Resolved: the database answers again.`,
          data: { id: "database", kind: "database", since },
        });
  if (failed === null) await alerting.hints.write(DATABASE_KEY, null);
}

/** What is posted directly gets no more time than the others. */
async function post(
  { clock, deadline, fetch: send }: Omit<Alerting, "database">,
  settings: AlertSettings,
  message: Message,
): Promise<string | null> {
  const timeoutMs = Math.min(MAX_POST_MS, Math.max(1, deadline - clock.now()));
  return await postMessage(settings, message, { fetch: send, now: new Date(clock.now()), timeoutMs });
}

/** The host of the org whose ledger is meant; null: there is none. */
function orgOf(environment: Environment): string | null {
  const url = environment("OKTA_ORG_URL")?.trim();
  return url && URL.canParse(url) ? new URL(url).host : null;
}

function siteOf(environment: Environment): string {
  const url = environment("URL");
  return url && URL.canParse(url) ? `[${new URL(url).host}] ` : "";
}
