/** What is wrong by what the store says: dead letters, and events that Okta did not deliver. */
import type { Database } from "../events/database/database.ts";
import { WORK_TIMEOUT_MS } from "../events/database/with-time-limit.ts";
import { groupDeadLetters } from "../events/work/queue/group-dead-letters.ts";
import { type Condition, condition } from "./condition.ts";

/** More groups than this are told as one. */
const MAX_GROUPS = 10;

/** Every condition that the store shows. @throws {DatabaseError} */
export async function detectStoreConditions(database: Database, org: string | null): Promise<Condition[]> {
  return [
    ...(await detectDeadLetters(database)),
    ...(org === null ? [] : await detectMissedEvents(database, org)),
  ];
}

/** Grouped by handler and error: a hundred events that fail alike are one thing that is wrong. */
export async function detectDeadLetters(database: Database): Promise<Condition[]> {
  const groups = new Map<string, { handler: string; name: string; count: number; eventTypes: Set<string> }>();
  for (const { handler, error: text, eventTypes, count } of await groupDeadLetters(database)) {
    const error = text ?? "";
    const key = `${handler}\n${withoutParticulars(error)}`;
    const group = groups.get(key) ?? {
      handler,
      name: errorName(error),
      count: 0,
      eventTypes: new Set<string>(),
    };
    group.count += count;
    for (const eventType of eventTypes) group.eventTypes.add(eventType);
    groups.set(key, group);
  }
  const all = [...groups].sort(([, one], [, other]) => other.count - one.count);
  const told = all
    .slice(0, MAX_GROUPS)
    .map(([key, { handler, name, count, eventTypes }]) =>
      condition(
        "dead-letters",
        key,
        `${handler} failed for the last time on ${count} ${count === 1 ? "event" : "events"} (${[...eventTypes].slice(0, 3).join(", ")}${eventTypes.size > 3 ? " …" : ""}), with ${name}.`,
        "npm run hook -- dead lists them; npm run hook -- replay --dead runs them again",
      ),
    );
  const rest = all.slice(MAX_GROUPS).reduce((sum, [, { count }]) => sum + count, 0);
  return rest === 0
    ? told
    : [
        ...told,
        condition(
          "dead-letters",
          "others",
          `${rest} more events failed for the last time, in ${all.length - MAX_GROUPS} other ways.`,
          "npm run hook -- dead lists them",
        ),
      ];
}

/** An error's text may name a person: only its class is told, and what differs from event to event does not make a group. */
function withoutParticulars(error: string): string {
  return error
    .slice(0, 500)
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, "…")
    .replaceAll(/\S+@\S+/g, "…")
    .replaceAll(/\b[\w-]*\d[\w-]*\b/g, "…");
}

function errorName(error: string): string {
  const [, name] = /^([A-Z]\w{0,60}(?:Error|Exception)|Error)\b/.exec(error) ?? [];
  return name === undefined ? "an error" : `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

async function detectMissedEvents(database: Database, org: string): Promise<Condition[]> {
  const { rows } = await database.query<{ missed: string | null }>(
    "select sum(missed) as missed from ledger_hours where org = $1 and hour > now() - interval '24 hours'",
    [org],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const missed = Number(rows[0]?.missed ?? 0);
  if (missed === 0) return [];
  return [
    condition(
      "missed",
      "",
      `Okta did not deliver ${missed} ${missed === 1 ? "event" : "events"} of the last 24 hours; ${missed === 1 ? "it was" : "they were"} fetched from its System Log, and ${missed === 1 ? "its" : "their"} handlers run.`,
      "npm run hook -- doctor looks for the cause",
    ),
  ];
}
