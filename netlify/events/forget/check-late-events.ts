/**
 * The daily upkeep of those who were forgotten. Forgetting somebody covers what was published before it: an event that arrives later
 * all the same, by a late delivery or from the System Log, runs its handlers as usual and is emptied here.
 */
import type { Clock } from "../../base/clock.ts";
import type { Database } from "../database/database.ts";
import { WORK_TIMEOUT_MS } from "../database/with-time-limit.ts";
import {
  addWaitingEvents,
  emptyWaitingEvents,
  listForgottenPeople,
  recognizePeople,
  SETTLED_MS,
} from "./forgotten-people.ts";
import { isNamedInJson } from "./phrases.ts";

const EVENTS_AT_ONCE = 1_000;
const limit = { timeoutMs: WORK_TIMEOUT_MS };

/**
 * Checks what arrived since the upkeep before, and empties what waits for it and whose runs are done.
 * @param deadline in milliseconds since 1970
 * @returns whether all of it was done in the time
 * @throws {DatabaseError} when the store fails
 */
export async function checkLateEvents(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  deadline: number,
): Promise<boolean> {
  const hasTime = () => clock.now() < deadline;
  const people = await listForgottenPeople(database, new Date(clock.now()));
  const [first] = people;
  if (first === undefined) return true;
  const isTheirs = recognizePeople(people);
  const before = new Date(Math.max(...people.map((person) => new Date(person.forgotten_at).getTime())));
  const settled = new Date(clock.now() - SETTLED_MS);

  let place = {
    deliveryId: Math.min(...people.map((person) => Number(person.checked_delivery_id))) + 1,
    uuid: "",
  };
  const waiting = new Set(people.filter((person) => person.is_waiting).map(({ id }) => id));
  let more = true;
  while (more && hasTime()) {
    const slice = await readLateEvents(database, { place, before, settled });
    const uuids = slice.events
      .filter(({ payload, published }) =>
        isNamedInJson(JSON.parse(payload), isTheirs(new Date(published).getTime())),
      )
      .map(({ uuid }) => uuid);
    if (uuids.length > 0) {
      await addWaitingEvents(database, first.id, uuids, { searched: true });
      waiting.add(first.id);
    }
    ({ place, more } = slice);
  }
  await database.query(
    "update forgotten_people set checked_delivery_id = greatest(checked_delivery_id, $1) where id = any($2::bigint[])",
    [place.deliveryId - 1, people.map(({ id }) => id)],
    limit,
  );
  for (const id of waiting) {
    for (let from: number | null = 0; from !== null; ) {
      if (!hasTime()) return false;
      ({ next: from } = await emptyWaitingEvents(database, id, { from, alsoUnfinished: false, hasTime }));
    }
  }
  return !more;
}

/** Where a slice begins. */
interface Place {
  readonly deliveryId: number;
  readonly uuid: string;
}

/**
 * Reads the events of a slice that were published `before`, in the order of the deliveries' ids, up to the first delivery beside which
 * others may still be on their way into the store.
 */
async function readLateEvents(
  database: Database,
  { place, before, settled }: { readonly place: Place; readonly before: Date; readonly settled: Date },
) {
  const { rows } = await database.query<{
    readonly delivery_id: string;
    readonly last_uuid: string;
    readonly more: boolean;
    readonly uuid: string | null;
    readonly published: Date | string;
    readonly payload: string;
  }>(
    `with slice as materialized (
       select delivery_id, uuid, published, received_at from events
       where delivery_id >= $1::bigint and (delivery_id, uuid) > ($1::bigint, $2)
       order by delivery_id, uuid limit ${EVENTS_AT_ONCE}
     ), settled as (
       select * from slice where delivery_id < coalesce(
         (select min(delivery_id) from slice where received_at >= $4), ${Number.MAX_SAFE_INTEGER}
       )
     )
     select last.delivery_id, last.uuid as last_uuid, last.seen = ${EVENTS_AT_ONCE} as more, late.uuid, late.published, late.payload
     from (
       select delivery_id, uuid, count(*) over () as seen from settled order by delivery_id desc, uuid desc limit 1
     ) last left join lateral (
       select uuid, published, payload from events
       where uuid = any(array(select uuid from settled where published < $3)) and payload is not null
     ) late on true`,
    [place.deliveryId, place.uuid, before.toISOString(), settled.toISOString()],
    limit,
  );
  const [row] = rows;
  if (row === undefined) return { events: [], place, more: false };
  return {
    events: rows.flatMap(({ uuid, ...event }) => (uuid === null ? [] : [{ uuid, ...event }])),
    place: { deliveryId: Number(row.delivery_id), uuid: row.last_uuid },
    more: row.more,
  };
}
