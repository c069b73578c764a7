/** The alert that the database fails: it cannot be stored there, so it is sent at once and remembered in the blob cache. */
import * as z from "zod/mini";
import type { DatabaseError } from "../events/database/database-error.ts";
import type { AlertSettings } from "../settings/alert-settings.ts";
import { detectSiteProblems } from "./detect-site-problems.ts";
import { MAX_POST_MS, type Message, postMessage, sitePrefix } from "./post-message.ts";
import type { AlertContext } from "./run-alerts.ts";

const FAILURE_KEY = "alerts/database";
/** When the database failed first, and when that was last sent; null: it was not. */
const failureRecord = z.object({ since: z.iso.datetime(), sentAt: z.nullable(z.number()) });
/** Once an hour, less what the schedule may be early. */
const SENT_EVERY_MS = 57.5 * 60_000;

/** Sends that the database does not answer. Once an hour at most. Never throws. */
export async function alertOnDatabaseFailure(
  context: Omit<AlertContext, "database" | "handlers" | "codeLoads">,
  error: DatabaseError,
): Promise<void> {
  const { environment, cache, clock } = context;
  const { settings } = detectSiteProblems(environment, { codeLoads: true });
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
    text: `${sitePrefix(environment("URL"))}${isReminder ? "Still: " : ""}The database does not answer as it should (${error.code}). Deliveries are answered 503, and Okta sends each once more; what is lost then is fetched from its System Log, where catch-up is on.`,
    data: { id: "database", kind: "database", since, code: error.code },
  });
  if (problem !== null) await cache.write(FAILURE_KEY, { since, sentAt: last?.sentAt ?? null });
}

/** Sends that the database answers again, where somebody heard that it did not. */
export async function alertOnDatabaseRecovery(
  context: Omit<AlertContext, "handlers" | "codeLoads">,
  settings: AlertSettings | null,
): Promise<void> {
  const failure = await context.cache.read(FAILURE_KEY, failureRecord);
  if (failure === undefined) return;
  const { since, sentAt } = failure;
  const problem =
    settings === null || sentAt === null
      ? null
      : await post(context, settings, {
          id: `database-${Date.parse(since)}-over`,
          type: "alert.resolved",
          text: `${sitePrefix(context.environment("URL"))}Resolved: the database answers again.`,
          data: { id: "database", kind: "database", since },
        });
  if (problem === null) await context.cache.remove(FAILURE_KEY);
}

/** What is posted directly gets no more time than the others. */
async function post(
  { clock, deadline, fetch: send }: Pick<AlertContext, "clock" | "deadline" | "fetch">,
  settings: AlertSettings,
  message: Message,
): Promise<string | null> {
  const timeoutMs = Math.min(MAX_POST_MS, Math.max(1, deadline - clock.now()));
  return await postMessage(settings, message, { fetch: send, now: new Date(clock.now()), timeoutMs });
}
