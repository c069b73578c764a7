/** Sends the alerts that are due. An address that is down or slow costs a bounded time, and is tried again with backoff. */
import type { Clock } from "../base/clock.ts";
import { durationText } from "../base/duration.ts";
import type { Database } from "../events/database/database.ts";
import { listFailingHandlers } from "../events/work/queue/failing-runs.ts";
import type { AlertSettings } from "../settings/alert-settings.ts";
import {
  claimDueAlerts,
  type DueAlert,
  markNotified,
  markNotifyFailed,
  recordMessage,
} from "./alert-store.ts";
import { MAX_POST_MS, type Message, postMessage, sitePrefix } from "./post-message.ts";

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

/** Sends what is due. @throws {DatabaseError} */
export async function sendAlerts(options: SendOptions): Promise<void> {
  const { database, settings, clock, fetch: send, siteUrl, deadline } = options;
  for (const alert of await claimDueAlerts(database, new Date(clock.now()), ALERT_BATCH_SIZE)) {
    const sentence = alert.phase === "resolved" ? await describeEnd(database, alert) : alert.sentence;
    const timeoutMs = Math.min(MAX_POST_MS, deadline - clock.now());
    // The others' turn comes when their lease is over.
    if (timeoutMs < MIN_POST_MS) return;
    const now = new Date(clock.now());
    const problem = await postMessage(settings, writeMessage(alert, sentence, siteUrl, now), {
      fetch: send,
      now,
      timeoutMs,
    });
    const sentAt = new Date(clock.now());
    const { id: alertId, phase } = alert;
    const sentTo = new URL(settings.url).host;
    await recordMessage(database, { alertId, phase, sentence, sentAt, sentTo, problem });
    if (problem !== null) {
      await markNotifyFailed(database, alert, problem, sentAt);
      // The address is the same for all: the others wait for the next time.
      return;
    }
    await markNotified(database, alert, sentAt);
  }
}

/** A handler's end says how long it failed, and what became of the runs that waited. */
async function describeEnd(
  database: Database,
  { sentence, since, endedAt, outage }: DueAlert,
): Promise<string> {
  if (outage === null || endedAt === null) return sentence;
  const { handler, waiting: most } = outage;
  const state = (await listFailingHandlers(database)).find((one) => one.handler === handler);
  if (state?.failingSince) return `${handler} is no longer a handler of this site.`;
  const waiting = Math.min(state?.waiting ?? 0, most);
  const count = (runs: number) => runs.toLocaleString("en-US");
  const caughtUp =
    most === 0 ? "" : ` Of ${count(most)} runs that waited, ${count(most - waiting)} have caught up.`;
  return `${handler} succeeds again, after ${durationText(endedAt.getTime() - since.getTime())}.${caughtUp}`;
}

const PREFIXES = { firing: "", reminder: "Still: ", resolved: "Resolved: " } as const;

function writeMessage(
  { id, kind, fix, since, phase, outage }: DueAlert,
  sentence: string,
  siteUrl: string | undefined,
  now: Date,
): Message {
  const site = siteUrl && URL.canParse(siteUrl) ? new URL(siteUrl).host : null;
  const advice = fix === null || phase === "resolved" ? "" : `\n→ ${fix}`;
  const day = phase === "reminder" ? `-${now.toISOString().slice(0, 10)}` : "";
  const handler = outage === null ? {} : { handler: outage.handler };
  return {
    id: `${id}-${since.getTime()}-${phase}${day}`,
    type: `alert.${phase}`,
    text: `${sitePrefix(siteUrl)}${PREFIXES[phase]}${sentence}${advice}`,
    data: { id, kind, ...handler, since: since.toISOString(), sentence, fix, site },
  };
}
