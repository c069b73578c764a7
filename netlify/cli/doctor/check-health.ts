/** What the site itself says: whether every event of Okta's is there, and what it tells people of. */

import { handlerStatuses } from "../../api/schema/handlers.ts";
import { type Health, health } from "../../api/schema/health.ts";
import { type Environment, SettingsError } from "../../settings/environment.ts";
import { openApi } from "../call-api.ts";
import { CommandError } from "../terminal.ts";
import { type Finding, fine, skipped, warn } from "./finding.ts";

/** Asks the site; without its password there is nobody to ask. */
export async function checkHealth(url: URL | undefined, environment: Environment): Promise<Finding[]> {
  if (url === undefined || !environment("INSPECTOR_PASSWORD")?.trim()) return [];
  try {
    const api = openApi(url.href, environment);
    const found = describeHealth(await api.get("health", health), url.origin);
    const { handlers } = await api.get("handlers", handlerStatuses);
    return [
      ...found,
      ...handlers.flatMap(({ name, sync }) => {
        if (sync === null) return [];
        const message = `${sync.present} in step. ${sync.sentence}`;
        return [sync.ok ? fine(name, message) : warn(name, message)];
      }),
    ];
  } catch (error) {
    // A password that cannot be used has a line of its own.
    if (error instanceof SettingsError) return [];
    if (error instanceof CommandError) return [skipped("completeness", error.message)];
    throw error;
  }
}

function describeHealth({ ledger, catchUp, alerts, alertsTo }: Health, site: string): Finding[] {
  const missing = ledger?.hours.some(
    ({ counts }) =>
      counts !== null &&
      counts.inTime + counts.late + counts.fetched + counts.missed + counts.unknown < counts.inLog,
  );
  const completeness =
    ledger === null || !catchUp.on
      ? skipped("completeness", catchUp.reason)
      : missing
        ? warn("completeness", ledger.sentence, `npm run hook -- okta catch-up --since 1d --url ${site}`)
        : fine("completeness", ledger.sentence);
  return [
    completeness,
    ...alerts.map(({ sentence, fix }) => warn("alert", sentence, fix)),
    alertsTo === null
      ? skipped("alerts", "ALERT_URL is not set there: nobody is told of failures")
      : fine("alerts", `go to ${alertsTo.host}`),
  ];
}
