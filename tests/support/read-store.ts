/** Reads back what a test recorded, past the code under test. */
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
