/** Alerts as the sweep looks after them: what is wrong is stored, and sent. */
import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import type { BlobCache } from "../blob-cache/blob-cache.ts";
import type { Database } from "../events/database/database.ts";
import type { DatabaseError } from "../events/database/database-error.ts";
import type { AlertSettings } from "../settings/alert-settings.ts";
import type { Environment } from "../settings/environment.ts";
import { findNextNotification, updateAlerts } from "./alert-store.ts";
import type { Condition } from "./condition.ts";
import { detectSettingsConditions } from "./detect-settings-conditions.ts";
import { detectStoreConditions } from "./detect-store-conditions.ts";
import { MAX_POST_MS, type Message, postMessage } from "./post-message.ts";
import { sendAlerts } from "./send-alerts.ts";

/** What alerts are sent with. */
export interface AlertContext {
  readonly environment: Environment;
  readonly database: Database;
  readonly cache: Pick<BlobCache, "read" | "write" | "remove">;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** When it has to be over, in milliseconds since 1970. */
  readonly deadline: number;
}

/** What the store and the settings show, and what catch-up shows. */
const OF_SITE: readonly Condition["kind"][] = ["dead-letters", "missed", "settings"];
const OF_CATCH_UP: readonly Condition["kind"][] = ["hook", "deliveries", "catch-up", "behind", "clock"];

/**
 * What the alerts are about as far as it is known without the database, and where they are sent: an address that is set later hears of what
 * is wrong already. While this stays the same, no alert wakes the database.
 */
export function keyOfAlerts(environment: Environment, ofCatchUp: readonly Condition[]): string {
  const { settings, problem } = detectSettingsConditions(environment);
  return [settings?.kind ?? "nowhere", ...[...problem, ...ofCatchUp].map(({ id }) => id).sort()].join();
}

/**
 * @param ofCatchUp what catch-up shows; undefined: nothing is known of it, and what was wrong with it is left as it is
 * @returns when an alert is due next, in milliseconds since 1970; null: none is
 * @throws {DatabaseError}
 */
export async function runAlerts(
  context: AlertContext,
  ofCatchUp: readonly Condition[] | undefined,
): Promise<number | null> {
  const { environment, database, cache, clock } = context;
  const { settings, problem } = detectSettingsConditions(environment);
  const detectedAt = new Date(clock.now());
  const conditions = [
    ...problem,
    ...(ofCatchUp ?? []),
    ...(await detectStoreConditions(database, orgOf(environment))),
  ];
  const kinds = ofCatchUp === undefined ? OF_SITE : [...OF_SITE, ...OF_CATCH_UP];
  await updateAlerts(database, conditions, kinds, detectedAt);
  const failure = await cache.read(FAILURE_KEY, failureRecord);
  if (failure) await alertOnDatabaseRecovery(context, settings, failure);
  if (settings === null) return null;
  await sendAlerts({ ...context, settings, siteUrl: environment("URL") });
  return (await findNextNotification(database))?.getTime() ?? null;
}

const FAILURE_KEY = "alerts/database";
/** When the database failed first, and when that was last sent; null: it was not. */
const failureRecord = z.object({ since: z.iso.datetime(), sentAt: z.number().nullable() });
/** Once an hour, less what the schedule may be early. */
const SENT_EVERY_MS = 57.5 * 60_000;

/** Sends that the database does not answer, which it cannot keep itself. Once an hour at most. Never throws. */
export async function alertOnDatabaseFailure(
  context: Omit<AlertContext, "database">,
  error: DatabaseError,
): Promise<void> {
  const { environment, cache, clock } = context;
  const { settings } = detectSettingsConditions(environment);
  if (settings === null) return;
  const now = clock.now();
  const last = await cache.read(FAILURE_KEY, failureRecord);
  // A time beyond now comes from a clock that was wrong: it counts as missing.
  if (last?.sentAt && last.sentAt <= now && now - last.sentAt < SENT_EVERY_MS) return;
  const since = last?.since ?? new Date(now).toISOString();
  // Where that cannot be remembered it is sent with one sweep of each hour.
  const isRemembered = await cache.write(FAILURE_KEY, { since, sentAt: now });
  if (!isRemembered && new Date(now).getUTCMinutes() >= 5) return;
  const isReminder = last?.sentAt != null;
  const problem = await post(context, settings, {
    id: `database-${Date.parse(since)}-${now}`,
    type: isReminder ? "alert.reminder" : "alert.firing",
    text: `${siteOf(environment)}${isReminder ? "Still: " : ""}The database does not answer as it should (${error.code}). Deliveries are answered 503, and Okta sends each once more; what is lost then is fetched from its System Log, where catch-up is on.`,
    data: { id: "database", kind: "database", since, code: error.code },
  });
  if (problem !== null) await cache.write(FAILURE_KEY, { since, sentAt: last?.sentAt ?? null });
}

/** Sends that it answers again, where somebody heard that it did not. */
async function alertOnDatabaseRecovery(
  context: AlertContext,
  settings: AlertSettings | null,
  { since, sentAt }: z.infer<typeof failureRecord>,
): Promise<void> {
  const problem =
    settings === null || sentAt === null
      ? null
      : await post(context, settings, {
          id: `database-${Date.parse(since)}-over`,
          type: "alert.resolved",
          text: `${siteOf(context.environment)}Resolved: the database answers again.`,
          data: { id: "database", kind: "database", since },
        });
  if (problem === null) await context.cache.remove(FAILURE_KEY);
}

/** What is posted directly gets no more time than the others. */
async function post(
  { clock, deadline, fetch: send }: Omit<AlertContext, "database">,
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
