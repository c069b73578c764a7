/** Keeps a rejected call for the inspector, after its answer. Under `netlify dev` only. */
import type { Database } from "../events/database/database.ts";
import { DatabaseError } from "../events/database/database-error.ts";
import { redactHeaders } from "../hook/redact-headers.ts";
import { SettingsError } from "../settings/environment.ts";
import type { HookSettings } from "../settings/hook-settings.ts";

const TIMEOUT_MS = 5_000;

/** What is known of the rejection besides the request. */
export interface RejectionFacts {
  readonly receivedAt: Date;
  readonly status: number;
  /** In words for the developer. */
  readonly reason: string;
  readonly readSettings: () => HookSettings;
  readonly database: Database;
}

/** Never throws: a call that was turned away must cost nothing else. */
export async function saveRejection(
  request: Request,
  { readSettings, database, ...facts }: RejectionFacts,
): Promise<void> {
  try {
    const { recordRejection } = await import("../events/record/record-rejection.ts");
    const rejection = {
      ...facts,
      method: request.method,
      path: new URL(request.url).pathname,
      headers: safeHeaders(request.headers, readSettings),
    };
    await recordRejection(database, rejection, { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    const reason = error instanceof DatabaseError ? error.message : error;
    console.warn(`! the rejected call was not kept: ${reason}`);
  }
}

/** Settings that cannot be read do not tell which header is the secret one: then none is kept. */
function safeHeaders(headers: Headers, readSettings: () => HookSettings): Record<string, string> {
  try {
    return redactHeaders(headers, readSettings());
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return {};
  }
}
