/** Sends a test to the address of the alerts. Health lists it as one. */
import { randomUUID } from "node:crypto";
import type { Database } from "../events/database/database.ts";
import type { AlertSettings } from "../settings/alert-settings.ts";
import { recordMessage } from "./alert-store.ts";
import { postMessage, sitePrefix } from "./post-message.ts";

const SENTENCE = "A test of the alerts for Okta event hooks. Nothing is wrong.";

/**
 * Sends and records it.
 * @returns where it was sent, and why it was not taken; null: it was
 * @throws {DatabaseError}
 */
export async function sendTestAlert(
  database: Database,
  settings: AlertSettings,
  { now, siteUrl }: { readonly now: Date; readonly siteUrl: string | undefined },
): Promise<{ readonly sentTo: string; readonly problem: string | null }> {
  const sentTo = new URL(settings.url).host;
  const problem = await postMessage(
    settings,
    {
      id: `test-${randomUUID()}`,
      type: "alert.test",
      text: `${sitePrefix(siteUrl)}${SENTENCE}`,
      data: { kind: "test" },
    },
    { fetch: (input, init) => fetch(input, init), now },
  );
  await recordMessage(database, {
    alertId: "test",
    phase: "test",
    sentence: SENTENCE,
    sentAt: now,
    sentTo,
    problem,
  });
  return { sentTo, problem };
}
