/** What is wrong by what the store says: dead letters, and events that Okta did not deliver. */
import type { Database } from "../events/database/database.ts";
import { WORK_TIMEOUT_MS } from "../events/database/with-time-limit.ts";
import { groupFailingRuns } from "../events/work/queue/failing-runs.ts";
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

/** Grouped by handler and fingerprint: a hundred events that fail alike are one thing that is wrong. */
export async function detectDeadLetters(database: Database): Promise<Condition[]> {
  const groups = (await groupFailingRuns(database)).filter(({ dead }) => dead > 0);
  const all = groups.toSorted((one, other) => other.dead - one.dead);
  const told = all
    .slice(0, MAX_GROUPS)
    .map(({ handler, fingerprint, dead, eventTypes, examples }) =>
      condition(
        "dead-letters",
        `${handler} ${fingerprint}`,
        `${handler} failed for the last time on ${dead} ${dead === 1 ? "event" : "events"} (${eventTypes.slice(0, 3).join(", ")}${eventTypes.length > 3 ? " …" : ""}), with ${errorName(examples[0]?.error ?? "")}.`,
        "npm run hook -- dead lists them; npm run hook -- replay --dead runs them again",
      ),
    );
  const rest = all.slice(MAX_GROUPS).reduce((sum, { dead }) => sum + dead, 0);
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

/** An error's text may name a person: only its class is told. */
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
