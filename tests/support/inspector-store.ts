/**
 * A real store behind the functions of the inspector's API, empty before each test of the file. Deliveries go in as the endpoint
 * records them; answers come out checked against the contract.
 */
import { afterAll, beforeAll, beforeEach, expect, vi } from "vitest";
import { type DeliverySummary, feedPage } from "../../netlify/api/schema/deliveries.ts";
import { type EventPage, eventPage } from "../../netlify/api/schema/events.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import type { Delivery } from "../../netlify/hook/delivery.ts";
import { bearer, callInspector, type InspectorCall } from "./call-inspector.ts";
import { makeDelivery, makeEvent } from "./deliveries.ts";
import { instanceDatabase } from "./instance-database.ts";
import { type Postgres, startPostgres, withClient } from "./postgres.ts";

/** The store of a test file. */
export interface InspectorStore {
  /** Runs a statement past the code under test. */
  sql(text: string, values?: unknown[]): Promise<void>;
}

/**
 * Makes one for the file that calls it.
 * @param start where its database is created, for a file that needs a server of its own
 */
export function useInspectorStore(start: () => Promise<Postgres> = startPostgres): InspectorStore {
  let postgres: Postgres;
  let url: string;
  beforeAll(async () => {
    postgres = await start();
    url = await postgres.createDatabase();
    vi.stubEnv("NETLIFY_DB_URL", url);
  });
  afterAll(async () => {
    await instanceDatabase.close();
    await postgres.destroy();
  });
  const sql = async (text: string, values: unknown[] = []) => {
    await withClient(url, (client) => client.query(text, values));
  };
  beforeEach(async () => {
    // The API tells the log of writes and of wrong passwords.
    for (const level of ["info", "warn"] as const) vi.spyOn(console, level).mockReturnValue();
    await sql("truncate deliveries, events, rejections restart identity");
    await sql("truncate runs, handlers");
  });
  return { sql };
}

/** When deliveries came unless told: long ago, whatever the clock of the machine says. */
export const receivedAt = new Date("2020-01-02T03:04:05.000Z");

/** Records a delivery as the endpoint does. @returns its id */
export async function record(
  events: readonly (Record<string, unknown> | string)[],
  fields: Partial<Delivery> = {},
): Promise<string> {
  const delivery = makeDelivery(events, { receivedAt, ...fields });
  const recorded = await recordDelivery(instanceDatabase, delivery, { timeoutMs: 20_000 });
  if (recorded.outcome !== "recorded") throw new Error("not recorded", { cause: recorded.cause });
  return recorded.deliveryId;
}

/** A call of somebody who may see everything. */
export const signedIn = { headers: bearer };

/** Asks as somebody who may, and reads the answer by its schema. */
export async function ask<Value>(
  path: string,
  schema: { parse(value: unknown): Value },
  call: InspectorCall = signedIn,
): Promise<Value> {
  const answer = await callInspector(path, call);
  expect(answer.status, answer.text).toBeLessThan(300);
  return schema.parse(answer.json);
}

/** The deliveries of a page of their list. */
export async function listDeliveries(query = ""): Promise<DeliverySummary[]> {
  const { items } = await ask(`deliveries?${query}`, feedPage);
  return items.flatMap((item) => (item.kind === "delivery" ? [item.delivery] : []));
}

/** The uuids of a search, page after page. */
export async function search(query: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: EventPage = await ask(`events?${query}${next}`, eventPage);
    found.push(...page.events.map(({ uuid }) => uuid));
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

/** An event published at this minute. */
export function at(minute: number, uuid: string, fields: Record<string, unknown> = {}) {
  const published = new Date(Date.UTC(2026, 10, 24, 9, minute)).toISOString();
  return makeEvent(uuid, { published, ...fields });
}
