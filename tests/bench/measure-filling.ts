/** Whether a new store keeps its pace while it fills, before Postgres has ever analysed it: a plan may be wrong till then. */
import { instanceDatabase } from "../support/instance-database.ts";
import { startPostgresServer } from "../support/postgres-server.ts";
import type { Figure } from "./figure.ts";
import { HANDLED_TYPE, makePayload } from "./make-payload.ts";
import { deliveryRequest, openEndpoint } from "./open-endpoint.ts";
import { median } from "./time-in-turns.ts";

const EVENTS = 40_000;
const EVENTS_EACH = 10;
const AT_ONCE = 4;
const WINDOWS = 20;

/** Takes in and handles some ten thousand events, and compares the slowest twentieth of them with the usual one. */
export async function measureFilling(): Promise<Figure[]> {
  const postgres = await startPostgresServer({ flushes: true, settings: { autovacuum: "off" } });
  try {
    const endpoint = openEndpoint();
    await endpoint.use(await postgres.createDatabase());
    const ended: number[] = [];
    let begun = 0;
    const deliveries = EVENTS / EVENTS_EACH;
    const lane = async () => {
      while (begun < deliveries) {
        begun += 1;
        await endpoint.call(deliveryRequest(makePayload(EVENTS_EACH, HANDLED_TYPE)));
        await endpoint.rest();
        ended.push(performance.now());
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: AT_ONCE }, lane));

    const each = deliveries / WINDOWS;
    const paces = Array.from({ length: WINDOWS }, (_, window) => {
      const from = window === 0 ? startedAt : (ended[window * each - 1] ?? 0);
      return ((each * EVENTS_EACH) / ((ended[(window + 1) * each - 1] ?? 0) - from)) * 1_000;
    });
    const [usual, slowest] = [median(paces), Math.min(...paces)];
    return [
      {
        what: "a store that fills and was never analysed: usual pace / slowest",
        value: usual / slowest,
        atMost: 2,
        from: `${usual.toFixed(0)} / ${slowest.toFixed(0)} events a second, of ${EVENTS.toLocaleString("en")}`,
      },
    ];
  } finally {
    await instanceDatabase.close();
    await postgres.destroy();
  }
}
