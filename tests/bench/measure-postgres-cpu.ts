/**
 * What a delivery of one event with one handler costs Postgres, from the call until it is handled, against the peer. CPU, not time:
 * it is what a small database runs out of first.
 */
import { instanceDatabase } from "../support/instance-database.ts";
import { withClient } from "../support/postgres.ts";
import { startPostgresServer } from "../support/postgres-server.ts";
import { type Figure, ratio } from "./figure.ts";
import { HANDLED_TYPE, makePayload, ORDERED_TYPE } from "./make-payload.ts";
import { deliveryRequest, openEndpoint } from "./open-endpoint.ts";
import { openPeer } from "./open-peer.ts";
import { postmasterPid, readCpuMs, tellsCpu } from "./server-cpu.ts";
import { median } from "./time-in-turns.ts";

/** A tick of the CPU's clock is 10 ms; a turn takes some thirty of them. */
const DELIVERIES_EACH_TURN = 200;
const TURNS = 6;

/** Measures in turns. The first turn of each warms up and does not count. */
export async function measurePostgresCpu(): Promise<Figure[]> {
  if (!tellsCpu) {
    console.warn("The CPU of Postgres is left out: this machine has no /proc.");
    return [];
  }
  const postgres = await startPostgresServer({ flushes: true });
  try {
    const own = await postgres.createDatabase();
    const peer = await openPeer(await postgres.createDatabase({ migrated: false }));
    const endpoint = openEndpoint();
    await endpoint.use(own);
    const pid = await withClient(own, postmasterPid);

    const deliver = async (receiver: Pick<typeof endpoint, "call" | "rest">, type = HANDLED_TYPE) => {
      await receiver.call(deliveryRequest(makePayload(1, type)));
      await receiver.rest();
    };
    const receivers: Record<string, () => Promise<void>> = {
      own: () => deliver(endpoint),
      ordered: () => deliver(endpoint, ORDERED_TYPE),
      peer: () => deliver(peer),
      // Neon's pool keeps a session's plans only as long as the session.
      discarded: async () => {
        await instanceDatabase.query("discard plans", [], { timeoutMs: 5_000 });
        await deliver(endpoint);
      },
      newBackend: async () => {
        await instanceDatabase.close();
        await deliver(endpoint);
      },
    };
    const used = new Map(Object.keys(receivers).map((name) => [name, [] as number[]]));
    for (let turn = 0; turn < TURNS; turn += 1) {
      for (const [name, run] of Object.entries(receivers)) {
        const before = readCpuMs(pid);
        for (let count = 0; count < DELIVERIES_EACH_TURN; count += 1) await run();
        const each = (readCpuMs(pid) - before) / DELIVERIES_EACH_TURN;
        if (turn > 0) used.get(name)?.push(each);
      }
    }
    await peer.close();
    await instanceDatabase.close();

    const of = (name: string) => median(used.get(name) ?? []);
    const what = "Postgres CPU of one delivery with one handler, call to handled";
    return [
      ratio(`${what} / of the peer, which takes one job at a time`, of("own"), of("peer"), 0.65),
      ratio(`${what} that goes in order / of the peer`, of("ordered"), of("peer"), 0.75),
      ratio(`${what}, plans discarded / of the peer`, of("discarded"), of("peer")),
      ratio(`${what}, a new backend for each / of the peer`, of("newBackend"), of("peer")),
    ];
  } finally {
    await postgres.destroy();
  }
}
