/** Keeps a rejected call for the inspector, after its answer. Under `netlify dev` only. */
import type { HookSettings } from "../config.ts";
import { DatabaseError } from "../events/database-error.ts";
import type { Refusal } from "../hook/receive.ts";
import { redactHeaders } from "../hook/redact-headers.ts";
import { reasonOf } from "../report/report-call.ts";

const TIMEOUT_MS = 5_000;

/** What is known of the rejection besides the request. */
export interface RejectionFacts {
  readonly receivedAt: Date;
  readonly status: number;
  readonly readSettings: () => HookSettings;
}

/** Never throws: a call that was turned away must cost nothing else. */
export async function keepRejection(
  request: Request,
  refusal: Refusal,
  { receivedAt, status, readSettings }: RejectionFacts,
): Promise<void> {
  try {
    // Settings that cannot be read do not tell which header is the secret one, so none is kept.
    const headers = refusal.outcome === "misconfigured" ? {} : redactHeaders(request.headers, readSettings());
    const { instanceDatabase } = await import("../events/instance-database.ts");
    const { recordRejection } = await import("../events/record-rejection.ts");
    const path = new URL(request.url).pathname;
    const rejection = {
      receivedAt,
      method: request.method,
      path,
      status,
      reason: reasonOf(refusal),
      headers,
    };
    await recordRejection(instanceDatabase, rejection, { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    console.warn(
      `! the rejected call was not kept: ${error instanceof DatabaseError ? error.message : error}`,
    );
  }
}
