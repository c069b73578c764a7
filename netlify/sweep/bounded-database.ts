/** A database whose statements end with the time of a part: the platform would end the function in the middle of one, without a word. */
import type { Clock } from "../base/clock.ts";
import type { Database, TimeLimit } from "../events/database/database.ts";
import { DatabaseError } from "../events/database/database-error.ts";

/** The code of a statement for which there was no time: it says nothing about the database. */
export const OUT_OF_TIME = "OUT_OF_TIME";

/** @param deadline in milliseconds since 1970 */
export function boundDatabase(
  database: Database,
  { clock, deadline }: { readonly clock: Clock; readonly deadline: number },
): Database {
  const bounded = async <Result>(
    { timeoutMs }: TimeLimit,
    run: (limit: TimeLimit) => Promise<Result>,
  ): Promise<Result> => {
    const leftMs = deadline - clock.now();
    if (leftMs <= 0) throw new DatabaseError(OUT_OF_TIME);
    try {
      return await run({ timeoutMs: Math.min(timeoutMs, leftMs) });
    } catch (error) {
      throw clock.now() >= deadline ? new DatabaseError(OUT_OF_TIME) : error;
    }
  };
  return {
    query: (text, values, limit) => bounded(limit, (own) => database.query(text, values, own)),
    close: () => database.close(),
  };
}
