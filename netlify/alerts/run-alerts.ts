/** Detects what is wrong, stores it, and sends what is due. */
import { type Clock, systemClock } from "../base/clock.ts";
import type { BlobCache } from "../blob-cache/blob-cache.ts";
import type { Database } from "../events/database/database.ts";
import { sumMissed } from "../events/ledger/read-hours.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import type { Environment } from "../settings/environment.ts";
import { findNextNotification, updateAlerts } from "./alert-store.ts";
import { type Condition, condition } from "./condition.ts";
import { alertOnDatabaseRecovery } from "./database-alert.ts";
import { detectFailures } from "./detect-failures.ts";
import { detectSiteProblems } from "./detect-site-problems.ts";
import { sendAlerts } from "./send-alerts.ts";

/** What alerts are sent with. */
export interface AlertContext {
  readonly environment: Environment;
  readonly database: Database;
  readonly cache: Pick<BlobCache, "read" | "write" | "remove">;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Those of this deploy; null: they do not load. */
  readonly handlers: readonly Pick<Handler, "name">[] | null;
  /** Whether the handlers load; also true where that is nobody's concern. */
  readonly codeLoads: boolean;
  /** When it has to be over, in milliseconds since 1970. */
  readonly deadline: number;
}

const OF_SITE: readonly Condition["kind"][] = ["missed", "settings", "code"];
const OF_CATCH_UP: readonly Condition["kind"][] = [
  "hook",
  "deliveries",
  "catch-up",
  "behind",
  "clock",
  "sync",
];

/**
 * What the alerts are about as far as it is known without the database, and where they are sent: an address that is set later hears of what
 * is wrong already. While this stays the same, no alert wakes the database.
 * @param ofCatchUp what catch-up shows; undefined: not known this time
 * @param before the key of the sweep before
 */
export function keyOfAlerts(
  { environment, codeLoads }: Pick<AlertContext, "environment" | "codeLoads">,
  ofCatchUp: readonly Condition[] | undefined,
  before: string,
): string {
  const { settings, problems } = detectSiteProblems(environment, { codeLoads });
  const idsOf = (conditions: readonly Condition[]) =>
    conditions
      .map(({ id }) => id)
      .sort()
      .join();
  const [, catchUpBefore = ""] = before.split("|");
  return `${settings?.kind ?? "nowhere"},${idsOf(problems)}|${ofCatchUp === undefined ? catchUpBefore : idsOf(ofCatchUp)}`;
}

/**
 * Detects and sends all alerts: the sweep's part.
 * @param ofCatchUp what catch-up shows; undefined: nothing is known of it, and its alerts are left as they are
 * @returns when an alert is due next, in milliseconds since 1970; null: none is
 * @throws {DatabaseError}
 */
export async function runAlerts(
  context: AlertContext,
  ofCatchUp: readonly Condition[] | undefined,
): Promise<number | null> {
  const { environment, database, handlers, codeLoads, clock } = context;
  const { settings, problems } = detectSiteProblems(environment, { codeLoads });
  const detectedAt = new Date(clock.now());
  const failures = await detectFailures(database, handlers, detectedAt);
  const conditions = [
    ...problems,
    ...failures.conditions,
    ...(await detectMissedEvents(database, environment)),
    ...(ofCatchUp ?? []),
  ];
  const kinds = [...OF_SITE, ...failures.kinds, ...(ofCatchUp === undefined ? [] : OF_CATCH_UP)];
  await updateAlerts(database, conditions, kinds, detectedAt);
  await alertOnDatabaseRecovery(context, settings);
  if (settings === null) return null;
  await sendAlerts({ ...context, settings, siteUrl: environment("URL") });
  const next = (await findNextNotification(database))?.getTime() ?? null;
  return next === null || failures.nextAt === null
    ? (next ?? failures.nextAt)
    : Math.min(next, failures.nextAt);
}

/** Of the 60 s that an invocation has from the call's arrival (Netlify): the handlers have used up to 50 of them. */
const INVOCATION_BUDGET_MS = 56_000;

/**
 * Detects and sends the alerts about handlers and dead letters, right after the runs that changed them: they do not wait for the sweep.
 * @param arrivedAt when the call came, in milliseconds since 1970
 * @returns whether no alert is left to send, now or later: reminders, and what could not be sent, are the sweep's
 * @throws {DatabaseError}
 */
export async function alertOnFailures(
  { database, handlers }: { readonly database: Database; readonly handlers: readonly Handler[] },
  environment: Environment,
  arrivedAt: number,
): Promise<boolean> {
  const { settings } = detectSiteProblems(environment, { codeLoads: true });
  const detectedAt = new Date();
  const { conditions, kinds, nextAt } = await detectFailures(database, handlers, detectedAt);
  await updateAlerts(database, conditions, kinds, detectedAt);
  if (settings === null) return true;
  await sendAlerts({
    database,
    settings,
    clock: systemClock,
    fetch: (input, init) => fetch(input, init),
    siteUrl: environment("URL"),
    deadline: arrivedAt + INVOCATION_BUDGET_MS,
  });
  return nextAt === null && (await findNextNotification(database)) === null;
}

async function detectMissedEvents(database: Database, environment: Environment): Promise<Condition[]> {
  const url = environment("OKTA_ORG_URL")?.trim();
  if (!url || !URL.canParse(url)) return [];
  const missed = await sumMissed(database, new URL(url).host);
  if (missed === 0) return [];
  const [events, they, their] = missed === 1 ? ["event", "it was", "its"] : ["events", "they were", "their"];
  return [
    condition(
      "missed",
      "",
      `Okta did not deliver ${missed} ${events} of the last 24 hours; ${they} fetched from its System Log, and ${their} handlers run.`,
      "npm run hook -- doctor looks for the cause",
    ),
  ];
}
