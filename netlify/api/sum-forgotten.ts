/** What several calls of `POST /api/forget` came to, for page and commands. */
import type { Forgotten } from "./schema/forget.ts";

/** The sum of all calls. */
export type FoundOfPerson = Omit<Forgotten, "next">;

/** Adds what one call gave. What the person is called stays as the first one tells it. */
export function addForgotten(sum: FoundOfPerson | null, { next: _, ...part }: Forgotten): FoundOfPerson {
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
  };
}
