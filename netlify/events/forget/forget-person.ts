/**
 * Takes a person out of the store: their events lose payload and copied columns, and their runs and dead letters go; so does what else
 * repeats them, a header, a raw text, a handler's error. The `uuid`s stay, so that an event that comes again is not new.
 *
 * Each call does a part. First everything is searched; the events that are found wait, and go last.
 */
import type { Clock } from "../../base/clock.ts";
import type { Database } from "../database/database.ts";
import { listUnfinishedRuns, type UnfinishedRun } from "../work/queue/forget-runs.ts";
import { findPerson } from "./find-person.ts";
import { addForgottenPerson, addWaitingEvents, emptyWaitingEvents } from "./forgotten-people.ts";
import { keysOfPerson, type Person } from "./person.ts";
import { keysOfPhrase, searchPatterns } from "./phrases.ts";
import { type SearchPlace, searchSlice } from "./search-store.ts";

/** What to do in one call. */
export interface ForgetCall {
  /** A login or an Okta id. */
  readonly who: string;
  /** The `next` of the call before; null: begin. */
  readonly after: string | null;
  /** False: only count. */
  readonly erase: boolean;
  /** Whether events go whose handlers have not finished, and their runs too. */
  readonly alsoUnfinished: boolean;
}

/** What a call found of the person, or emptied. */
export interface ForgottenPart {
  /** Null: their events are being emptied, and tell it no longer. */
  readonly person: Person | null;
  /** Counted: those that would go. Erased: those that went. */
  readonly events: number;
  /** Whose they are: a login, with the name and the id of its user. */
  readonly owners: readonly { readonly owner: string; readonly events: number }[];
  readonly unfinished: readonly UnfinishedRun[];
  /** Other rows that repeated the person. */
  readonly otherTexts: number;
  /** Where the next call goes on; null: that was all. */
  readonly next: string | null;
}

/** The form of `next`: the part, the row of `forgotten_people` (0: it is only counted), and where the part goes on. */
const PLACE = /^(events|deliveries|runs|waiting):(0|[1-9]\d{0,17}):(.{0,200})$/su;

/**
 * Counts or forgets a part, slice by slice until `deadline` (milliseconds since 1970). A call may be repeated.
 * @returns `nobody`: `who` can mean no person; `unknown-place`: `after` is of no forgetting that is going on
 * @throws {DatabaseError} when the database failed or took too long
 */
export async function forgetPerson(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  { who, after, erase, alsoUnfinished }: ForgetCall,
  deadline: number,
): Promise<ForgottenPart | "nobody" | "unknown-place"> {
  const hasTime = () => clock.now() < deadline;
  const [, part, row = "", rest = ""] = PLACE.exec(after ?? "events:0:") ?? [];
  const isNumbered = part === "deliveries" || part === "waiting";
  if (part === undefined || (isNumbered && !/^\d*$/.test(rest))) return "unknown-place";
  if (part === "waiting") {
    const emptied = await emptyWaitingEvents(database, row, {
      from: Number(rest),
      alsoUnfinished,
      hasTime,
    });
    const next = emptied.next === null ? null : `waiting:${row}:${emptied.next}`;
    return { person: null, owners: [], otherTexts: 0, ...emptied, next };
  }
  const person = await findPerson(database, who);
  if (person === null) return "nobody";
  const id =
    erase && after === null ? await addForgottenPerson(database, person, new Date(clock.now())) : row;
  const keys = new Set(keysOfPerson(person));
  const search = {
    isTheirs: (phrase: string) => keysOfPhrase(phrase).some((key) => keys.has(key)),
    patterns: searchPatterns([...person.ids, ...person.logins]),
    erase,
  };
  const uuids: string[] = [];
  const owners = new Map<string, number>();
  let otherTexts = 0;
  let place: SearchPlace | null = { part: part as SearchPlace["part"], after: rest };
  do {
    const slice = await searchSlice(database, search, place);
    for (const { uuid, owner } of slice.events) {
      uuids.push(uuid);
      owners.set(owner, (owners.get(owner) ?? 0) + 1);
    }
    otherTexts += slice.otherTexts;
    place = slice.next;
  } while (place !== null && hasTime());

  const next = place === null ? null : `${place.part}:${id}:${place.after}`;
  const found = { person, otherTexts, owners: Array.from(owners, ([owner, events]) => ({ owner, events })) };
  if (!erase) {
    return { ...found, events: uuids.length, unfinished: await listUnfinishedRuns(database, uuids), next };
  }
  if (!(await addWaitingEvents(database, id, uuids, { searched: place === null }))) return "unknown-place";
  return { ...found, events: 0, unfinished: [], next: next ?? `waiting:${id}:0` };
}
