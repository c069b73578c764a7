import { expect, it, vi } from "vitest";
import type { Database, TimeLimit } from "../../netlify/events/database/database.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";

/** A database that notes the time limit of each statement, and answers none. */
function limitedDatabase() {
  const limits: TimeLimit[] = [];
  const never = new Promise<never>(() => {});
  const database: Database = {
    query: (_text, _values, limit) => {
      limits.push(limit);
      return never;
    },
    close: async () => {},
  };
  return { database, limits };
}

it.each([
  [300, 2_100],
  [5_000, 0],
])("what making the rows takes, %d ms, is taken off the statement's time", (spentMs, leftMs) => {
  const { database, limits } = limitedDatabase();
  vi.spyOn(performance, "now")
    .mockReturnValueOnce(1_000)
    .mockReturnValueOnce(1_000 + spentMs);

  void recordDelivery(database, makeDelivery([makeEvent("event-1")]), { timeoutMs: 2_400 });

  expect(limits).toEqual([{ timeoutMs: leftMs }]);
});
