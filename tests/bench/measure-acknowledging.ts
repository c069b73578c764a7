/** What it costs to take in a delivery, against a bare INSERT, by batch, and as the store grows. */
import { instanceDatabase } from "../support/instance-database.ts";
import { withClient } from "../support/postgres.ts";
import { startPostgresServer } from "../support/postgres-server.ts";
import { type Figure, ratio } from "./figure.ts";
import { fillStore } from "./fill-store.ts";
import { makePayload } from "./make-payload.ts";
import { deliveryRequest, openEndpoint } from "./open-endpoint.ts";

import { median, type Timed, timeInTurns } from "./time-in-turns.ts";

const limit = { timeoutMs: 30_000 };
/** Ten calls take less than the 20 ms after which the first one's handlers begin, so none is measured beside them. */
const burst = 10;

/** Measures on a real Postgres that waits for its disk, through the endpoint's function. */
export async function measureAcknowledging({ stored }: { stored: number }): Promise<Figure[]> {
  const postgres = await startPostgresServer({ flushes: true });
  try {
    const [empty, full] = [await postgres.createDatabase(), await postgres.createDatabase()];
    // A key and the events' storage, so that the comparison is about what recording adds.
    await withClient(empty, (client) =>
      client.query(
        "create table bare (id bigint generated always as identity primary key, payload text not null) with (toast_tuple_target = 8160)",
      ),
    );
    await withClient(full, (client) => fillStore(client, { events: stored }));

    const endpoint = openEndpoint();
    // What came before may have left the connection's two ends asleep or awake; a statement off the clock wakes both.
    const settle = async () => {
      await endpoint.rest();
      await instanceDatabase.query("select 1", [], limit);
    };
    const delivery = (count: number): Timed => ({
      prepare() {
        const request = deliveryRequest(makePayload(count));
        return () => endpoint.call(request);
      },
      settle,
    });
    const bare: Timed = {
      prepare() {
        const body = makePayload(1);
        return () => instanceDatabase.query("insert into bare (payload) values ($1)", [body], limit);
      },
      settle,
    };

    await endpoint.use(empty);
    const one = await timeInTurns({ bare, one: delivery(1) }, { rounds: 100, burst });
    const batch = await timeInTurns({ one: delivery(1), hundred: delivery(100) }, { rounds: 60 });

    // Each store has one connection of its own; changing over starts a new one, so it happens in blocks.
    const blocks: { empty: number[]; full: number[] } = { empty: [], full: [] };
    for (let block = 0; block < 12; block += 1) {
      for (const [name, url] of [
        ["empty", empty],
        ["full", full],
      ] as const) {
        await endpoint.use(url);
        blocks[name].push((await timeInTurns({ one: delivery(1) }, { rounds: 8, burst })).one);
      }
    }
    const grown = { empty: median(blocks.empty), full: median(blocks.full) };
    await instanceDatabase.close();

    return [
      ratio("taking in one event / one bare INSERT of its text", one.one, one.bare, 1.9),
      ratio(
        `taking in one event with ${stored.toLocaleString("en")} stored / with an empty store`,
        grown.full,
        grown.empty,
        1.2,
      ),
      ratio("taking in 100 events / taking in one", batch.hundred, batch.one, 10),
    ];
  } finally {
    await postgres.destroy();
  }
}
