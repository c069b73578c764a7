/** Dead letters as an invocation leaves them: of a delivery that made one, of a person who replayed or discarded some. They do not wait for the sweep. */
import { systemClock } from "../base/clock.ts";
import type { Database } from "../events/database/database.ts";
import type { Environment } from "../settings/environment.ts";
import { findNextNotification, updateAlerts } from "./alert-store.ts";
import { detectSettingsConditions } from "./detect-settings-conditions.ts";
import { detectDeadLetters } from "./detect-store-conditions.ts";
import { sendAlerts } from "./send-alerts.ts";

/** Of the 60 s that an invocation has from the call's arrival (Netlify): the handlers have used up to 50 of them. */
const BUDGET_MS = 56_000;

/**
 * Notes the dead letters that there are. Tells of those that nobody was told of, and that those which are gone are over.
 * @param arrivedAt when the call came, in milliseconds since 1970
 * @returns whether no alert is left to send, now or later
 * @throws {DatabaseError}
 */
export async function alertOnDeadLetters(
  database: Database,
  environment: Environment,
  arrivedAt: number,
): Promise<boolean> {
  const { settings } = detectSettingsConditions(environment);
  const detectedAt = new Date();
  await updateAlerts(database, await detectDeadLetters(database), ["dead-letters"], detectedAt);
  if (settings === null) return true;
  await sendAlerts({
    database,
    settings,
    clock: systemClock,
    fetch: (input, init) => fetch(input, init),
    siteUrl: environment("URL"),
    deadline: arrivedAt + BUDGET_MS,
  });
  // What could not be sent, and reminders, are the sweep's.
  return (await findNextNotification(database)) === null;
}
