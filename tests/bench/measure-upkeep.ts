/** What is done behind the page in a large store, slice by slice: a slice must cost no more in a large store than in a small one. */
import { systemClock } from "../../netlify/base/clock.ts";
import type { Database } from "../../netlify/events/database/database.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { checkLateEvents } from "../../netlify/events/forget/check-late-events.ts";
import { forgetPerson } from "../../netlify/events/forget/forget-person.ts";
import { findMissing } from "../../netlify/events/ledger/find-in-store.ts";
import { recordLogEvents } from "../../netlify/events/ledger/record-log-events.ts";
import { openWork } from "../../netlify/events/work/open-work.ts";
import { forgetOldEvents } from "../../netlify/events/work/queue/forget-old-events.ts";
import { sweep } from "../../netlify/events/work/sweep.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { filled } from "./fill-store.ts";
import { median } from "./time-in-turns.ts";

const TIMES = 5;
/** Half of what is stored is older. */
const RETENTION_DAYS = filled.days / 2;

/** Does everything in a store, and gives each thing's median in milliseconds. It leaves the store changed. */
export async function timeUpkeep(url: string): Promise<ReadonlyMap<string, number>> {
  const database = await openNetlifyDatabase({ connectionString: url });
  try {
    const times = new Map<string, number>();
    for (const [name, action] of Object.entries(await actions(database))) {
      const taken: number[] = [];
      for (let time = 0; time < TIMES; time += 1) {
        const start = performance.now();
        await action();
        taken.push(performance.now() - start);
      }
      times.set(name, median(taken));
    }
    return times;
  } finally {
    await database.close();
  }
}

async function actions(database: Database): Promise<Record<string, () => Promise<unknown>>> {
  const { rows } = await database.query<{ uuid: string }>(
    "select uuid from events order by published desc limit 1000",
    [],
    { timeoutMs: 10_000 },
  );
  const uuids = rows.map(({ uuid }) => uuid);
  const handlers = ["greet-new-user", "tell-team"].map((name) =>
    defineHandler({ name, on: [...filled.handled], handle() {} }),
  );
  const work = openWork(database, handlers, { environment: () => undefined, report: () => {} });
  const forget = async (after: string | null) => {
    const call = { who: "person7@example.com", after, erase: true, alsoUnfinished: true };
    // One slice.
    const part = await forgetPerson({ database, clock: systemClock }, call, 0);
    if (typeof part === "string") throw new Error(`Nobody was forgotten: ${part}`);
    return part.next;
  };
  const next = await forget(null);
  const id = next?.split(":")[1];
  const forgetting = (part: string) => {
    let after: string | null = `${part}:${id}:`;
    return async () => {
      after = await forget(after);
    };
  };
  let retention: string | null = "0";
  return {
    // What is due is run with the first one.
    "a sweep with nothing to do": () => {
      const deadline = Date.now() + 60_000;
      return sweep(work, { workDeadline: deadline, deadline, retentionDays: filled.days * 4 });
    },
    "whether 1,000 events are stored": () => findMissing(database, uuids),
    "noting 1,000 events for the ledger": () =>
      recordLogEvents(
        database,
        filled.org,
        uuids.map((uuid) => ({ uuid: `${uuid}-${Math.random()}`, published: new Date(), unknown: false })),
      ),
    "forgetting a person, a slice of the events": forgetting("events"),
    "forgetting a person, a slice of the deliveries": forgetting("deliveries"),
    "forgetting a person, a slice of the runs": forgetting("runs"),
    "checking 1,000 events that arrived, for those who were forgotten": async () => {
      await database.query(
        "update forgotten_people set searched = true, waiting = '{}', checked_delivery_id = (select max(id) - 2000 from deliveries)",
        [],
        { timeoutMs: 10_000 },
      );
      let asked = 0;
      const clock = { ...systemClock, now: () => Date.now() + (asked++ < 3 ? 0 : 60_000) };
      await checkLateEvents({ database, clock }, Date.now() + 30_000);
    },
    "a slice of the retention": async () => {
      const slice = await forgetOldEvents(
        database,
        { now: new Date(), days: RETENTION_DAYS },
        retention ?? "0",
      );
      retention = slice.next;
    },
  };
}
