/** What takes several calls of the API, asked until `next` is null, and what they come to. */
import type { ReplayFailingResult } from "../schema/failing.ts";
import type { Forgotten } from "../schema/forget.ts";

/** What a replay came to so far; `next` is the cursor of the next call. */
export function addReplay(
  sum: ReplayFailingResult | null,
  { queued, left, next }: ReplayFailingResult,
): ReplayFailingResult {
  const counts = new Map(sum?.left.map(({ reason, count }) => [reason, count]));
  for (const { reason, count } of left) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return {
    queued: (sum?.queued ?? 0) + queued,
    left: [...counts].map(([reason, count]) => ({ reason, count })),
    next,
  };
}

/** What is stored of a person, or was forgotten, so far. What the person is called is from the first call. */
export function addForgotten(sum: Forgotten | null, part: Forgotten): Forgotten {
  const owners = new Map(sum?.owners.map(({ owner, events }) => [owner, events]));
  for (const { owner, events } of part.owners) owners.set(owner, (owners.get(owner) ?? 0) + events);
  return {
    person: sum === null ? part.person : sum.person,
    events: (sum?.events ?? 0) + part.events,
    owners: Array.from(owners, ([owner, events]) => ({ owner, events })).sort(
      (one, other) => other.events - one.events || (one.owner < other.owner ? -1 : 1),
    ),
    unfinished: [...(sum?.unfinished ?? []), ...part.unfinished],
    otherTexts: (sum?.otherTexts ?? 0) + part.otherTexts,
    next: part.next,
  };
}
