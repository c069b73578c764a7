/**
 * The busiest day that Okta allows an org, 400,000 events, in one go: two instances take them in and handle them, and one after the other
 * is killed. It fails where an event is lost. Beside the pace it tells the CPU, which other work on the machine does not change.
 */
import { on, once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { order, startInstance } from "../support/killed/kill-instances.ts";
import { withClient } from "../support/postgres.ts";
import { startPostgresServer } from "../support/postgres-server.ts";
import type { Figure } from "./figure.ts";
import { HANDLED_TYPE, makePayload } from "./make-payload.ts";
import { postmasterPid, readCpuMs } from "./server-cpu.ts";

const EVENTS_EACH = 10;
const INSTANCES = 2;
/** Calls at a time to an instance. */
const CALLS_AT_ONCE = 4;
/** Each instance is killed after so many answers. */
const ANSWERS_EACH_LIFE = 2_000;

type Instance = Awaited<ReturnType<typeof startInstance>>["process"];

/** Sends a day's events, kills instances, and waits until all is handled. */
export async function measureOrgDay({ events }: { readonly events: number }): Promise<Figure[]> {
  const postgres = await startPostgresServer({ flushes: true });
  const folder = await mkdtemp(join(tmpdir(), "okta-event-hooks-day-"));
  try {
    const triesFile = join(folder, "tries.jsonl");
    const url = await postgres.createDatabase();
    const startedAt = performance.now();
    const { answerTimes, kills, cpuMs } = await sendDay(events, url, triesFile);
    const seconds = (performance.now() - startedAt) / 1_000;

    return await withClient(url, async (client) => {
      const postgresCpuMs = readCpuMs(await postmasterPid(client));
      const unfinished = await countUnfinished(client);
      await finish(client, url, triesFile);
      const { rows } = await client.query<{ done: number }>(
        "select count(*)::integer as done from runs join events on uuid = event_uuid where state = 'done'",
      );
      if (rows[0]?.done !== events) throw new Error(`Of ${events} events ${rows[0]?.done} were handled`);
      const tries = (await readFile(triesFile, "utf8")).split("\n").length - 1;
      const sorted = answerTimes.toSorted((one, other) => one - other);
      const answerMs = (share: number) =>
        (sorted[Math.floor(share * sorted.length)] ?? Number.NaN).toFixed(0);
      const told = `${events.toLocaleString("en")} events, ${EVENTS_EACH} to a delivery, in ${seconds.toFixed(0)} s`;
      return [
        {
          what: "a second for 1,500 events of an org's day, with kills",
          value: (1_500 * seconds) / events,
          atMost: 1,
          from: `${(events / seconds).toFixed(0)} a second: ${told}, ${kills} kills; answers p50 ${answerMs(0.5)} ms, p99 ${answerMs(0.99)} ms`,
        },
        {
          what: "tries of an org's day / events, with kills",
          value: tries / events,
          from: `${tries} tries; ${unfinished} runs were unfinished after the last answer, none after the sweeps`,
        },
        {
          what: "CPU ms of an event of an org's day, the starts of instances included",
          value: (cpuMs + postgresCpuMs) / events,
          from: `instances ${(cpuMs / events).toFixed(2)}, Postgres ${(postgresCpuMs / events).toFixed(2)}: two cores do ${((2_000 * events) / (cpuMs + postgresCpuMs)).toFixed(0)} a second`,
        },
      ];
    });
  } finally {
    await postgres.destroy();
    await rm(folder, { recursive: true });
  }
}

async function sendDay(events: number, url: string, triesFile: string) {
  const deliveries = Array.from({ length: events / EVENTS_EACH }, (_, delivery) => delivery);
  const body = bodies();
  const answerTimes: number[] = [];
  let kills = 0;
  let cpuMs = 0;
  /** Calls an instance until it is killed, or all is answered. What it did not answer comes again, as from Okta. */
  const live = async (instance: Instance) => {
    const asked = new Map<number, number>();
    let answers = 0;
    const ask = () => {
      const delivery = deliveries.pop();
      if (delivery === undefined) return;
      asked.set(delivery, performance.now());
      order(instance, { id: delivery, deliver: body(delivery) });
    };
    for (let call = 0; call < CALLS_AT_ONCE; call += 1) ask();
    for await (const [news] of on(instance, "message", { close: ["exit"] })) {
      const sentAt = asked.get(news.id);
      if (sentAt === undefined) continue;
      asked.delete(news.id);
      if (news.status === 204) {
        answerTimes.push(performance.now() - sentAt);
        answers += 1;
      } else deliveries.push(news.id);
      if (answers >= ANSWERS_EACH_LIFE) break;
      ask();
      if (asked.size === 0) break;
    }
    deliveries.push(...asked.keys());
  };
  const lane = async () => {
    while (deliveries.length > 0) {
      const { process: instance, ended } = await startInstance(url, triesFile);
      await live(instance);
      cpuMs += readCpuMs(instance.pid ?? 0);
      instance.kill("SIGKILL");
      await ended;
      kills += 1;
    }
  };
  await Promise.all(Array.from({ length: INSTANCES }, lane));
  return { answerTimes, kills, cpuMs };
}

/** Makes bodies with events of the usual size, whose uuids say their number. */
function bodies(): (delivery: number) => string {
  const made = JSON.parse(makePayload(1, HANDLED_TYPE));
  const [event] = made.data.events;
  const [before, after] = JSON.stringify({ ...event, uuid: "UUID" }).split("UUID");
  const [head, tail] = JSON.stringify({ ...made, data: { events: ["EVENTS"] } }).split('"EVENTS"');
  return (delivery) => {
    const events = Array.from(
      { length: EVENTS_EACH },
      // Its last digit is how many milliseconds its handler takes.
      (_, index) => `${before}day-${delivery}-${index}-0${after}`,
    );
    return `${head}${events.join(",")}${tail}`;
  };
}

async function countUnfinished(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select (select count(*) from runs where state in ('waiting', 'held', 'running'))::integer
       + (select coalesce(sum(new_count), 0) from deliveries where queued_at is null)::integer as count`,
  );
  return rows[0]?.count ?? Number.NaN;
}

/** An hour later sweeps come until nothing is left. */
async function finish(client: pg.Client, url: string, triesFile: string): Promise<void> {
  await client.query(
    "update deliveries set received_at = received_at - interval '1 hour' where queued_at is null",
  );
  await client.query("update runs set started_at = started_at - interval '1 hour' where state = 'running'");
  const { process: instance, ended } = await startInstance(url, triesFile);
  for (let sweeps = 0; sweeps < 20 && (await countUnfinished(client)) > 0; sweeps += 1) {
    await client.query("update runs set due_at = least(due_at, now()) where state = 'waiting'");
    order(instance, { sweep: true });
    await once(instance, "message");
  }
  instance.kill("SIGKILL");
  await ended;
}
