/** What fails: handlers, and dead letters. */
import { handlerSentence, shortError } from "../base/handler-sentence.ts";
import type { Database } from "../events/database/database.ts";
import { describeFailure } from "../events/work/fingerprint-failure.ts";
import { loadEvents } from "../events/work/load-events.ts";
import {
  type FailingGroup,
  groupFailingRuns,
  listFailingHandlers,
  MAX_COUNTED_OF_GROUP,
  MAX_GROUPS,
} from "../events/work/queue/failing-runs.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { listAlerts } from "./alert-store.ts";
import { type Condition, condition } from "./condition.ts";

/** What was detected. */
export interface DetectedFailures {
  readonly conditions: readonly Condition[];
  /** Of these kinds everything was seen: what is not among the conditions has ended. */
  readonly kinds: readonly Condition["kind"][];
  /** When a handler that fails now will have failed for long enough, in milliseconds since 1970; null: none will. */
  readonly nextAt: number | null;
}

/** A handler that fails for less time may be over it with the next try. */
export const FAILING_AFTER_MS = 10 * 60_000;
/** So many groups of dead letters have an alert each; the others share one. */
const MAX_DEAD_LETTER_ALERTS = 10;

/**
 * Detects what fails.
 * @param handlers those of this deploy; null: they do not load
 * @throws {DatabaseError}
 */
export async function detectFailures(
  database: Database,
  handlers: readonly Pick<Handler, "name">[] | null,
  now: Date,
): Promise<DetectedFailures> {
  const stored = new Set((await listAlerts(database)).map(({ id }) => id));
  const groups = await groupFailingRuns(database);
  const { conditions, nextAt } = await detectHandlers(database, { handlers, groups, stored, now });
  return {
    conditions: [...conditions, ...detectDeadLetters(groups, stored)],
    kinds: groups.length < MAX_GROUPS ? ["handler", "dead-letters"] : ["handler"],
    nextAt,
  };
}

async function detectHandlers(
  database: Database,
  {
    handlers,
    groups,
    stored,
    now,
  }: {
    readonly handlers: readonly Pick<Handler, "name">[] | null;
    readonly groups: readonly FailingGroup[];
    readonly stored: ReadonlySet<string>;
    readonly now: Date;
  },
) {
  const conditions: Condition[] = [];
  let nextAt: number | null = null;
  for (const state of await listFailingHandlers(database)) {
    const { handler, failingSince: since, pausedAt, nextProbeAt, waiting } = state;
    if (since === null || (handlers !== null && !handlers.some(({ name }) => name === handler))) continue;
    const { id } = condition("handler", handler, "", null);
    const lastsAt = since.getTime() + FAILING_AFTER_MS;
    const lasts = nextProbeAt !== null || lastsAt <= now.getTime();
    if (!stored.has(id)) {
      // Whoever paused it knows. Where no run waits, the alert about its dead letters says enough.
      if (pausedAt !== null || (waiting === 0 && nextProbeAt === null)) continue;
      if (!lasts) {
        nextAt = Math.min(lastsAt, nextAt ?? lastsAt);
        continue;
      }
    }
    const sentence = handlerSentence({
      handler,
      failingSince: timeText(since, now),
      pausedSince: pausedAt && timeText(pausedAt, now),
      waiting,
      isCapped: waiting >= MAX_COUNTED_OF_GROUP,
      error: await describeLastFailure(
        database,
        groups.filter((group) => group.handler === handler),
      ),
    });
    const fix = `npm run hook -- replay --retrying --handler ${handler} tries all now; npm run hook -- pause ${handler} stops it`;
    conditions.push({
      ...condition("handler", handler, `${sentence}.`, fix),
      outage: { handler, since, waiting },
    });
  }
  return { conditions, nextAt };
}

/** The error of its last failure, without people's data. */
async function describeLastFailure(
  database: Database,
  groups: readonly FailingGroup[],
): Promise<string | null> {
  const [last] = groups.toSorted((one, other) => other.lastAt.getTime() - one.lastAt.getTime());
  const [example] = last?.examples ?? [];
  if (example?.error == null) return null;
  const loaded = (await loadEvents(database, [example.uuid]))(example.uuid);
  return describeFailure(shortError(example.error), loaded.readable ? loaded.event : undefined);
}

/** By handler and fingerprint: a hundred events that fail alike are one problem. */
function detectDeadLetters(groups: readonly FailingGroup[], stored: ReadonlySet<string>): Condition[] {
  const all = groups
    .filter(({ dead }) => dead > 0)
    .map((group) => ({ group, about: `${group.handler} ${group.fingerprint}` }));
  const isStored = (about: string) => stored.has(condition("dead-letters", about, "", null).id);
  // One that has an alert keeps it, however many others come; one of the others stays among them until none is left.
  const own = all.filter(({ about }) => isStored(about));
  const others = all.filter(({ about }) => !isStored(about));
  if (!isStored("others")) {
    own.push(...others.splice(0, Math.max(0, MAX_DEAD_LETTER_ALERTS - own.length)));
  }
  const rest = others.reduce((sum, { group }) => sum + group.dead, 0);
  return [
    ...own.map(({ about, group: { handler, dead, eventTypes, examples } }) =>
      condition(
        "dead-letters",
        about,
        `${handler} failed for the last time on ${dead} ${dead === 1 ? "event" : "events"} (${eventTypes.slice(0, 3).join(", ")}${eventTypes.length > 3 ? " …" : ""}), with ${errorName(examples[0]?.error ?? "")}.`,
        "npm run hook -- dead lists them; npm run hook -- replay --dead runs them again",
      ),
    ),
    ...(rest === 0
      ? []
      : [
          condition(
            "dead-letters",
            "others",
            `${rest} more ${rest === 1 ? "event" : "events"} failed for the last time, in ${others.length} other ${others.length === 1 ? "way" : "ways"}.`,
            "npm run hook -- dead lists them",
          ),
        ]),
  ];
}

/** An error's text may name a person: only its class is said. */
function errorName(error: string): string {
  const [, name] = /^([A-Z]\w{0,60}(?:Error|Exception)|Error)\b/.exec(error) ?? [];
  return name === undefined ? "an error" : `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

/** `14:10 UTC`; of another day `28 Nov 14:10 UTC`. */
function timeText(at: Date, now: Date): string {
  const text = `${at.toISOString().slice(11, 16)} UTC`;
  if (at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10)) return text;
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" })} ${text}`;
}
