/** Tells what has to be told. What a dead, slow or lying address costs is bounded, and it is tried again with backoff. */
import type { Clock } from "../base/clock.ts";
import type { Database } from "../events/database/database.ts";
import type { AlertSettings } from "../settings/alert-settings.ts";
import { claimDueAlerts, type DueAlert, markNotified, markNotifyFailed } from "./alert-store.ts";
import { MAX_POST_MS, type Message, postMessage } from "./post-message.ts";

/** What sending needs. */
export interface SendOptions {
  readonly database: Database;
  readonly settings: AlertSettings;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** The site's own address: whoever runs several knows which one speaks. */
  readonly siteUrl: string | undefined;
  /** When it has to be over, in milliseconds since 1970. */
  readonly deadline: number;
}

const ALERT_BATCH_SIZE = 10;
/** With less time than this, a message is left for later. */
const MIN_POST_MS = 500;

/**
 * Sends what is due.
 * @returns how many were told, and how many were not taken
 * @throws {DatabaseError}
 */
export async function sendAlerts(
  options: SendOptions,
): Promise<{ readonly told: number; readonly failed: number }> {
  const { database, settings, clock, fetch: send, siteUrl, deadline } = options;
  let told = 0;
  let failed = 0;
  for (const alert of await claimDueAlerts(database, new Date(clock.now()), ALERT_BATCH_SIZE)) {
    const timeoutMs = Math.min(MAX_POST_MS, deadline - clock.now());
    // What there is no time for has its turn when the others' lease is over.
    if (timeoutMs < MIN_POST_MS) break;
    const now = new Date(clock.now());
    const problem = await postMessage(settings, writeMessage(alert, siteUrl, now), {
      fetch: send,
      now,
      timeoutMs,
    });
    if (problem === null) {
      await markNotified(database, alert, new Date(clock.now()));
      told += 1;
    } else {
      await markNotifyFailed(database, alert, problem, new Date(clock.now()));
      failed += 1;
      // The address is the same for all: the others wait for the next time.
      break;
    }
  }
  return { told, failed };
}

const PREFIXES = { firing: "", reminder: "Still: ", resolved: "Resolved: " } as const;

function writeMessage(
  { id, kind, sentence, fix, since, phase }: DueAlert,
  siteUrl: string | undefined,
  now: Date,
): Message {
  const site = siteUrl && URL.canParse(siteUrl) ? new URL(siteUrl).host : null;
  const where = site === null ? "" : `[${site}] `;
  const advice = fix === null || phase === "resolved" ? "" : `\n→ ${fix}`;
  const day = phase === "reminder" ? `-${now.toISOString().slice(0, 10)}` : "";
  return {
    id: `${id}-${since.getTime()}-${phase}${day}`,
    type: `alert.${phase}`,
    text: `${where}${PREFIXES[phase]}${sentence}${advice}`,
    data: { id, kind, since: since.toISOString(), sentence, fix, site },
  };
}
