/** How many statements one delivery of one event with one handler takes, before its answer and after it. */
import pg from "pg";
import { instanceDatabase } from "../support/instance-database.ts";
import { startPostgresServer } from "../support/postgres-server.ts";
import type { Figure } from "./figure.ts";
import { HANDLED_TYPE, makePayload } from "./make-payload.ts";
import { deliveryRequest, openEndpoint } from "./open-endpoint.ts";

/** Counts what the driver sends, in an instance that has served a delivery before. */
export async function measureStatements(): Promise<Figure[]> {
  const postgres = await startPostgresServer();
  const sent: string[] = [];
  const prototype = pg.Client.prototype as unknown as { query(...values: unknown[]): unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...values: unknown[]) {
    sent.push(String(values[0]));
    return Reflect.apply(query, this, values);
  };
  try {
    const endpoint = openEndpoint();
    await endpoint.use(await postgres.createDatabase());
    const deliver = () => endpoint.call(deliveryRequest(makePayload(1, HANDLED_TYPE)));
    await deliver();
    await endpoint.rest();

    sent.length = 0;
    await deliver();
    const beforeAnswer = sent.length;
    await endpoint.rest();
    const from = sent.map((text) => text.replaceAll(/\s+/g, " ").trim().slice(0, 24)).join(" | ");
    return [
      { what: "statements before the answer to a delivery", value: beforeAnswer, atMost: 1, from: "counted" },
      { what: "statements for it in all, one event with one handler", value: sent.length, atMost: 5, from },
    ];
  } finally {
    prototype.query = query;
    await instanceDatabase.close();
    await postgres.destroy();
  }
}
