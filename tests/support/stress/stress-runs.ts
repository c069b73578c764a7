/**
 * Puts the runs under load: instances record, queue and run over one Postgres; some are killed, one freezes; a system behind a handler is
 * down; handlers are paused, runs replayed, dead letters discarded. At the end everything is read for the judge.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import { systemClock } from "../../../netlify/base/clock.ts";
import { openNetlifyDatabase } from "../../../netlify/events/database/netlify-database.ts";
import { discardDeadLetters } from "../../../netlify/events/work/queue/failing-runs.ts";
import { pauseHandler, resumeHandler } from "../../../netlify/events/work/queue/pause-handler.ts";
import { LEASE_MS } from "../../../netlify/events/work/queue/recover-lost-runs.ts";
import { replay, replayDeadLetters } from "../../../netlify/events/work/replay.ts";
import { makeEvent } from "../deliveries.ts";
import { randomFrom } from "../killed/random.ts";
import { withClient } from "../postgres.ts";
import { startPostgresServer } from "../postgres-server.ts";
import { readCalls } from "./call-log.ts";
import { BEHAVIOURS, outageFile, stressHandlers } from "./handlers.ts";
import type { Order } from "./instance.ts";
import { InstancePool } from "./instance-pool.ts";
import type { Evidence, Pause } from "./judge.ts";
import { readCircuits, readHistory, recordHistory } from "./run-history.ts";

/** What happens, and for how long. */
export interface Stress {
  readonly seed: number;
  readonly events: number;
  readonly keys: number;
  /** The part of all events that has the first key. */
  readonly hotShare: number;
  /** The part of all events whose handlers fail, put off, or end at once. */
  readonly troubleShare: number;
  readonly instances: number;
  readonly kills: number;
  /** The events come within this time. */
  readonly loadMs: number;
  /** How much faster the runs' clock goes: leases, backoff, time limits, and how long the frozen process is frozen. */
  readonly clockFactor: number;
  /** What has not ended so long after the last event counts as never ending. */
  readonly drainMs: number;
  /** Breaks what the database does, before anything comes. */
  readonly sabotage?: (client: Client) => Promise<void>;
}

type Random = ReturnType<typeof randomFrom>;
type Delivery = Extract<Order, { deliver: unknown }>;

/** Runs it, in a Postgres of its own. */
export async function stressRuns(stress: Stress): Promise<Evidence> {
  const { seed, clockFactor, loadMs } = stress;
  const random = randomFrom(seed);
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "okta-event-hooks-stress-"));
  stack.defer(() => rm(folder, { recursive: true }));
  const callsFile = join(folder, "calls.jsonl");
  const server = await startPostgresServer({ settings: { track_commit_timestamp: "on" } });
  stack.defer(() => server.destroy());
  const databaseUrl = await server.createDatabase();
  const clockBase = Date.now();
  const handlers = stressHandlers({ file: callsFile, clockFactor });
  const acknowledged = new Set<string>();
  /** Deliveries that are to come, and since when they are due. */
  const waiting = makeDeliveries(stress, random);

  return await withClient(databaseUrl, async (client) => {
    await recordHistory(client);
    await client.query(
      `create or replace function runs_now() returns timestamptz language sql stable as
       $$ select to_timestamp(${clockBase / 1_000}) + (now() - to_timestamp(${clockBase / 1_000})) * ${clockFactor} $$`,
    );
    await stress.sabotage?.(client);
    const pool = new InstancePool({
      databaseUrl,
      callsFile,
      clockBase,
      clockFactor,
      onAnswered: (order) => {
        if ("deliver" in order) for (const { uuid } of order.deliver) acknowledged.add(String(uuid));
      },
      onUnanswered: (order) => {
        if ("deliver" in order) waiting.unshift({ dueMs: 0, delivery: order });
      },
    });
    stack.defer(async () => pool.end());
    await Promise.all(Array.from({ length: stress.instances }, () => pool.start()));
    const began = Date.now();
    const elapsed = () => Date.now() - began;
    let isLoaded = false;

    const deliver = async () => {
      while (waiting.length > 0) {
        const [next] = waiting;
        if (next && next.dueMs <= elapsed() && pool.give(next.delivery)) {
          waiting.splice(waiting.indexOf(next), 1);
          if (random(20) === 0) pool.sweep();
        } else await setTimeout(2);
      }
      isLoaded = true;
    };
    const kill = async () => {
      const times = Array.from({ length: stress.kills }, () => random(loadMs)).sort(
        (one, other) => one - other,
      );
      for (const at of times) {
        await setTimeout(Math.max(0, at - elapsed()));
        await pool.kill(random);
      }
    };
    const pauses: Pause[] = [];
    const operate = async () => {
      const database = await openNetlifyDatabase({ connectionString: databaseUrl });
      while (!isLoaded) {
        await setTimeout(loadMs / 40);
        const handler = handlers[random(handlers.length)]?.name ?? "";
        const uuid = [...acknowledged][random(acknowledged.size)] ?? "";
        const what = random(4);
        if (what === 0) {
          await pauseHandler(database, handler, new Date());
          const from = Date.now();
          await setTimeout(random(loadMs / 20));
          pauses.push({ handler, from, until: Date.now() });
          await resumeHandler(database, handler);
        } else if (what === 1) await replay({ database, handlers }, uuid, handler);
        else if (what === 2) await replayDeadLetters({ database, clock: systemClock, handlers }, { handler });
        else await discardDeadLetters(database, { runs: [{ uuid }] });
      }
      await database.close();
    };
    /** The system behind `fragile` is down for a third of the time. */
    const breakDown = async () => {
      await setTimeout(loadMs / 4);
      await writeFile(outageFile(callsFile), "");
      await setTimeout(loadMs / 3);
      await rm(outageFile(callsFile));
    };
    let stuckLines = 0;
    const watch = async () => {
      while (!isLoaded) {
        stuckLines += await countStuckLines(client);
        await setTimeout(1_000);
      }
    };
    await Promise.all([deliver(), kill(), operate(), breakDown(), watch()]);

    const loadedMs = elapsed();
    const kills = pool.ended.size;
    // What later deliveries and sweeps would do.
    const isOver = async () => !pool.hasFrozenOne && (await countOpen(client)) === 0;
    while (!(await isOver()) && elapsed() < loadedMs + stress.drainMs) {
      pool.sweep();
      await setTimeout(50);
    }
    const drainedMs = elapsed() - loadedMs;
    pool.end();
    return {
      acknowledged: [...acknowledged],
      handlers: handlers.map(({ name, order, latest, circuit }) => ({
        name,
        line: order ? "order" : latest ? "latest" : null,
        circuit,
      })),
      calls: await readCalls(callsFile),
      history: await readHistory(client),
      circuits: await readCircuits(client),
      pauses,
      ended: pool.ended,
      kills,
      leaseMs: LEASE_MS / clockFactor,
      stuckLines,
      deadlocks: await countDeadlocks(client),
      interrupted: pool.interrupted,
      loadedMs,
      drainedMs,
      hotKey: keyOf(0),
    };
  });
}

/** An id as of a user of Okta's. */
const keyOf = (number: number) => `00u${String(number).padStart(17, "0")}`;

function makeDeliveries(
  { seed, events, keys, hotShare, troubleShare, loadMs }: Stress,
  random: Random,
): { readonly dueMs: number; readonly delivery: Delivery }[] {
  const { succeeds, failsAtFirst, alwaysFails, putsOff, endsAtOnce, takesLong } = BEHAVIOURS;
  const troubles = [
    failsAtFirst,
    failsAtFirst,
    failsAtFirst,
    putsOff,
    putsOff,
    putsOff,
    alwaysFails,
    endsAtOnce,
  ];
  const chance = (share: number) => random(1_000_000) < share * 1_000_000;
  const began = Date.now();
  const makeStressEvent = (number: number, dueMs: number) => {
    // The process that handles this one is frozen.
    const isLong = number === Math.floor(events / 10);
    const behaviour = isLong
      ? takesLong
      : chance(troubleShare)
        ? troubles[random(troubles.length)]
        : succeeds;
    // A fifth was published up to three seconds before it comes.
    const published = began + dueMs - (chance(0.2) ? random(3_000) : 0);
    return makeEvent(`${seed}-${number}-${behaviour}`, {
      published: new Date(published).toISOString(),
      target: [{ type: "User", id: keyOf(chance(hotShare) ? 0 : random(keys)) }],
    });
  };
  const deliveries: { dueMs: number; delivery: Delivery }[] = [];
  for (let made = 0; made < events; ) {
    const dueMs = Math.floor((made / events) * loadMs);
    const size = Math.min(events - made, 1 + random(4));
    const deliver = Array.from({ length: size }, (_, index) => makeStressEvent(made + index, dueMs));
    deliveries.push({ dueMs, delivery: { deliver } });
    made += size;
  }
  return deliveries;
}

async function countOpen(client: Client): Promise<number> {
  const { rows } = await client.query(
    `select (select count(*) from runs where state in ('waiting', 'held', 'running'))
       + (select count(*) from deliveries where queued_at is null) as open`,
  );
  return Number(rows[0].open);
}

/** A line whose runs are all held has lost its front. */
async function countStuckLines(client: Client): Promise<number> {
  const { rows } = await client.query(
    `select count(*) from (
       select from runs where key is not null and state in ('waiting', 'held', 'running') group by handler, key
       having not bool_or(state in ('waiting', 'running'))
     ) as stuck`,
  );
  return Number(rows[0].count);
}

async function countDeadlocks(client: Client): Promise<number> {
  const { rows } = await client.query(
    "select deadlocks from pg_stat_database where datname = current_database()",
  );
  return Number(rows[0].deadlocks);
}
