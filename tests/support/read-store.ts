/** The store past the code under test: what a test recorded, and a beginning with nothing. */
import { withClient } from "./postgres.ts";

/** The rows of a query, from a connection of its own. */
export async function readRows(url: string, text: string, values: unknown[] = []) {
  return await withClient(url, async (client) => (await client.query(text, values)).rows);
}

/** Every event by `uuid`, with the columns that tests look at. */
export async function storedEvents(url: string) {
  return await readRows(url, "select * from events order by uuid");
}

/** Every delivery, in the order of recording. */
export async function storedDeliveries(url: string) {
  return await readRows(url, "select * from deliveries order by id");
}

/** Leaves a migrated database as it was when it was made. */
export async function emptyStore(url: string): Promise<void> {
  await readRows(
    url,
    `truncate deliveries, events, rejections, catch_up, log_events, ledger_hours, alerts, handlers restart identity;
     delete from runs`,
  );
}
