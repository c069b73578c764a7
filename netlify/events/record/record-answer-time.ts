import type { Database } from "../database/database.ts";

/**
 * Writes down, after the answer, how long it took: the milliseconds from the call's arrival to its answer.
 * @throws {DatabaseError} when it could not be written; nothing depends on it
 */
export async function recordAnswerTime(
  database: Database,
  { deliveryId, answerMs, timeoutMs }: { deliveryId: string; answerMs: number; timeoutMs: number },
): Promise<void> {
  await database.query("update deliveries set answer_ms = $1 where id = $2", [answerMs, deliveryId], {
    timeoutMs,
  });
}
