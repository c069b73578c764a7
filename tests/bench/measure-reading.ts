/**
 * What the page asks and what is done behind it, in a store of a million events as in one of ten thousand: nothing should grow with the
 * store. What counts may, up to its bound.
 */
import { writeEventCursor, writeFailingCursor, writeFeedCursor } from "../../netlify/api/server/cursor.ts";
import { instanceDatabase } from "../support/instance-database.ts";
import { withClient } from "../support/postgres.ts";
import { startPostgresServer } from "../support/postgres-server.ts";
import type { Figure } from "./figure.ts";
import { filled, fillStore } from "./fill-store.ts";
import { timeUpkeep } from "./measure-upkeep.ts";
import { openApi } from "./open-api.ts";
import { median } from "./time-in-turns.ts";

const SMALL = 10_000;
const BLOCKS = 3;
const ASKED_EACH = 5;
/** Whatever takes no longer is quick, however much it grew. */
const QUICK_MS = 50;
/** Of one that takes so long once is enough. */
const SLOW_MS = 1_000;

/** What a question is made of in a store. */
interface Known {
  readonly uuid: string;
  readonly deliveries: number;
  readonly now: number;
}

const DAY_MS = 86_400_000;
const daysAgo = (known: Known, days: number) => new Date(known.now - days * DAY_MS).toISOString();
const deepEvent = (known: Known) =>
  `cursor=${writeEventCursor({ published: daysAgo(known, filled.days - 5), uuid: known.uuid })}`;

/** Filters of events, by name; they serve the lists and the chart. */
const filters: Readonly<Record<string, string>> = {
  "of a usual type": "type=user.session.start",
  "of a rare type": "type=user.account.privilege.grant",
  "of two types": "type=user.account.lock&type=group.lifecycle.create",
  "of an actor's id": "actor=00uperson00000000007",
  "of an actor's login": "actor=person17000@example.com",
  "of a few actors": "actor=person1234",
  "of half the actors": "actor=person",
  "of the actor of each twentieth": `actor=${filled.system.id}`,
  "to a target": "target=person7@example.com",
  "to half the targets": "target=person1",
  "that failed": "outcome=FAILURE",
  "that succeeded": "outcome=SUCCESS",
  "of severity WARN": "severity=WARN",
  "of severity INFO": "severity=INFO",
  "of a usual type by one actor": "type=user.session.start&actor=person3@example.com",
  "by one actor to another": "actor=person3@example.com&target=person4@example.com",
  "of the usual actor, with no hit": `actor=${filled.system.id}&outcome=RATE_LIMIT`,
  "of a usual type, with no hit": "type=user.session.start&severity=ERROR",
  "by half to half the people, with no hit": "actor=person&target=person&outcome=SUCCESS&severity=ERROR",
};

const questions: Readonly<Record<string, (known: Known) => string>> = {
  "the newest events": () => "events",
  "events far back": (known) => `events?${deepEvent(known)}`,
  "a hundred events of a day": (known) =>
    `events?limit=100&from=${daysAgo(known, 41)}&to=${daysAgo(known, 40)}`,
  ...each("events", (filter) => () => `events?${filter}`),
  ...each("far back, events", (filter) => (known) => `events?${filter}&${deepEvent(known)}`),
  "an event": ({ uuid }) => `events/${uuid}`,
  "the newest deliveries": () => "deliveries",
  "deliveries far back": ({ deliveries }) =>
    `deliveries?cursor=${writeFeedCursor({ delivery: String(Math.ceil(deliveries / 10)), rejection: "1" })}`,
  ...each("deliveries with events", (filter) => () => `deliveries?${filter}`),
  "a delivery": ({ deliveries }) => `deliveries/${Math.ceil(deliveries / 2)}`,
  "a delivery with a duplicate": ({ deliveries }) => `deliveries/${Math.floor(deliveries / 200) * 100}`,
  "what is new: nothing": ({ deliveries, now }) => `changes?after=d${deliveries}r0t${now}`,
  "what is new: everything since long ago": () => "changes?after=d1r0t1",
  "what is new, of the first call": () => "changes",
  "what is new of fifty that are watched": ({ deliveries, now }) =>
    `changes?after=d${deliveries}r0t${now}&${Array.from({ length: 50 }, (_, index) => `watch=${Math.ceil((deliveries * (index + 1)) / 50)}`).join("&")}`,
  "activity of a day": () => "activity",
  "activity of 30 days": (known) => `activity?from=${daysAgo(known, 30)}`,
  "activity of 90 days": (known) => `activity?from=${daysAgo(known, 90)}&buckets=200`,
  ...each("activity of 30 days", (filter) => (known) => `activity?from=${daysAgo(known, 30)}&${filter}`),
  ...each("activity of 90 days", (filter) => (known) => `activity?from=${daysAgo(known, 90)}&${filter}`),
  "event types": () => "event-types",
  "event types of 30 days": (known) => `event-types?from=${daysAgo(known, 30)}`,
  "find a uuid": ({ uuid }) => `find?text=${uuid}`,
  "find a login": () => "find?text=person17000@example.com",
  "find the beginning of a login": () => "find?text=pers",
  "find an id": () => "find?text=00uperson00000000007",
  "find a type": () => "find?text=user.",
  "find a delivery": ({ deliveries }) => `find?text=${deliveries}`,
  "find nothing": () => "find?text=zzz",
  "complete a uuid": ({ uuid }) => `event-uuids?begin=${uuid.slice(0, 5)}`,
  "what fails": () => "failing",
  "runs that failed": () => "failing/runs",
  "runs that failed, far back": (known) =>
    `failing/runs?cursor=${writeFailingCursor({ state: "dead", handler: "tell-team", fingerprint: "8".repeat(16), since: daysAgo(known, 0.1), uuid: "f" })}`,
  "runs that are tried again": () => "failing/runs?state=retrying",
  "runs that failed of a handler": () => "failing/runs?handler=greet-new-user",
  "runs that failed of a handler that never fails": () => "failing/runs?handler=nobody",
  handlers: () => "handlers",
  "the health": () => "health",
};

function each(what: string, question: (filter: string) => (known: Known) => string) {
  return Object.fromEntries(
    Object.entries(filters).map(([name, filter]) => [`${what} ${name}`, question(encodeURI(filter))]),
  );
}

/** A filled store, and what its questions are made of. */
interface Store {
  readonly size: "small" | "large";
  readonly url: string;
  readonly known: Known;
}

/** Fills both stores and asks each question of them in turns. */
export async function measureReading({ stored }: { readonly stored: number }): Promise<Figure[]> {
  const postgres = await startPostgresServer({ settings: { max_wal_size: "16GB" } });
  try {
    const stores: Store[] = [];
    for (const [size, events] of [
      ["small", SMALL],
      ["large", stored],
    ] as const) {
      const url = await postgres.createDatabase();
      await withClient(url, (client) => fillStore(client, { events, payloadBytes: 3_000, runs: true }));
      stores.push({ size, url, known: await know(url) });
    }
    return [...(await compareStores(stores, stored)), ...(await compareUpkeep(stores, stored))];
  } finally {
    await instanceDatabase.close();
    await postgres.destroy();
  }
}

/** Asks the stores. What an answer prints goes nowhere. */
async function compareStores(stores: readonly Store[], stored: number): Promise<Figure[]> {
  const { info } = console;
  console.info = () => {};
  const times = new Map<string, Record<Store["size"], number[]>>();
  const api = openApi();
  for (let block = 0; block < BLOCKS; block += 1) {
    for (const { size, url, known } of stores) {
      await api.use(url);
      for (const [name, question] of Object.entries(questions)) {
        const taken = times.get(name) ?? { small: [], large: [] };
        times.set(name, taken);
        if ((taken[size][0] ?? 0) < SLOW_MS)
          taken[size].push(...(await timesOf(() => api.ask(question(known)))));
      }
    }
  }
  console.info = info;
  return [...times].map(([name, { small, large }]) => grown(name, median(small), median(large), stored));
}

/** The statements that change the stores come last. */
async function compareUpkeep(stores: readonly Store[], stored: number): Promise<Figure[]> {
  const times: ReadonlyMap<string, number>[] = [];
  for (const { url } of stores) times.push(await timeUpkeep(url));
  const [small, large] = times;
  return [...(large ?? [])].map(([name, ms]) => grown(name, small?.get(name) ?? 0, ms, stored));
}

function grown(name: string, small: number, large: number, stored: number): Figure {
  return {
    what: `${name}, of ${stored.toLocaleString("en")} / of ${SMALL.toLocaleString("en")}`,
    value: large / small,
    ...(large > QUICK_MS && { atMost: 2 }),
    from: `${large.toFixed(1)} / ${small.toFixed(1)} ms`,
  };
}

/** The first one warms up, unless it is so slow that it will do. */
async function timesOf(ask: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let asked = -1; asked < ASKED_EACH; asked += 1) {
    const start = performance.now();
    await ask();
    const ms = performance.now() - start;
    if (ms > SLOW_MS) return [ms];
    if (asked >= 0) times.push(ms);
  }
  return times;
}

async function know(url: string): Promise<Known> {
  return await withClient(url, async (client) => {
    const { rows } = await client.query<{ uuid: string; deliveries: string }>(
      `select (select event_uuid from runs where state = 'done' limit 1) as uuid,
         (select max(id) from deliveries) as deliveries`,
    );
    return { uuid: rows[0]?.uuid ?? "", deliveries: Number(rows[0]?.deliveries), now: Date.now() };
  });
}
