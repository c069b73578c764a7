/** Tells what has to be told. What a dead, slow or lying address costs is bounded, and it is tried again with backoff. */
import type { Clock } from "../base/clock.ts";
import type { Database } from "../events/database/database.ts";
import type { AlertSettings } from "../settings/alert-settings.ts";
import { type DueAlert, noteTold, noteUntold, takeDueAlerts } from "./alert-store.ts";
import { type Message, MOST_MS, postMessage } from "./post-message.ts";

/** What sending needs. */
export interface Sending {
  readonly database: Database;
  readonly settings: AlertSettings;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** The site's own address: whoever runs several knows which one speaks. */
  readonly siteUrl: string | undefined;
  /** When it has to be over, in milliseconds since 1970. */
  readonly deadline: number;
}

const AT_ONCE = 10;
/** With less time than this, a message is left for later. */
const LEAST_MS = 500;

/**
 * Sends what is due.
 * @returns how many were told, and how many were not taken
 * @throws {DatabaseError}
 */
export async function sendAlerts(
  sending: Sending,
): Promise<{ readonly told: number; readonly failed: number }> {
  const { database, settings, clock, fetch: send, siteUrl, deadline } = sending;
  let told = 0;
  let failed = 0;
  for (const alert of await takeDueAlerts(database, new Date(clock.now()), AT_ONCE)) {
    const timeoutMs = Math.min(MOST_MS, deadline - clock.now());
    // What there is no time for has its turn when the others' lease is over.
    if (timeoutMs < LEAST_MS) break;
    const now = new Date(clock.now());
    const problem = await postMessage(settings, writeMessage(alert, siteUrl, now), {
      fetch: send,
      now,
      timeoutMs,
    });
    if (problem === null) {
      await noteTold(database, alert, new Date(clock.now()));
      told += 1;
    } else {
      await noteUntold(database, alert, problem, new Date(clock.now()));
      failed += 1;
      // The address is the same for all: the others wait for the next time.
      break;
    }
  }
  return { told, failed };
}

const BEGINNINGS = { began: "", lasts: "Still: ", over: "Over now. It was: " } as const;

function writeMessage(
  { id, kind, sentence, cure, since, phase }: DueAlert,
  siteUrl: string | undefined,
  now: Date,
): Message {
  const site = siteUrl && URL.canParse(siteUrl) ? new URL(siteUrl).host : null;
  const where = site === null ? "" : `[${site}] `;
  const advice = cure === null || phase === "over" ? "" : `\n→ ${cure}`;
  const day = phase === "lasts" ? `-${now.toISOString().slice(0, 10)}` : "";
  return {
    id: `${id}-${since.getTime()}-${phase}${day}`,
    type: `alert.${phase}`,
    text: `${where}${BEGINNINGS[phase]}${sentence}${advice}`,
    data: { id, kind, since: since.toISOString(), sentence, cure, site },
  };
}
