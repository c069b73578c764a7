/** The database of this instance of a function: opened by its first statement, then kept. */

import { codeOf } from "../../base/error-code.ts";
import { type Database, openDatabase } from "./database.ts";
import { DatabaseError } from "./database-error.ts";

let opened: Promise<Database> | undefined;

function open(): Promise<Database> {
  opened ??= openDatabase().catch((error: unknown) => {
    // The next statement tries anew.
    opened = undefined;
    const isMissing = error instanceof Error && error.name === "MissingDatabaseConnectionError";
    throw isMissing ? new DatabaseError("NO_DATABASE") : new DatabaseError(codeOf(error));
  });
  return opened;
}

/**
 * The same connection for every call that this instance serves. Until something is asked of it, it loads no driver and
 * opens nothing. Without `NETLIFY_DB_URL` each statement fails with the code `NO_DATABASE`; where the
 * driver does not load or does not take the address, with that failure's own.
 */
export const instanceDatabase: Database = {
  query: async (text, values, limit) => (await open()).query(text, values, limit),
  script: async (text, limit) => (await open()).script(text, limit),
  close: async () => {
    const database = opened;
    opened = undefined;
    await (await database)?.close();
  },
};
