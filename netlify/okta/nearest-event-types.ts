/** The event types whose names are nearest to what was typed. */
import { distance } from "fastest-levenshtein";

/** The three nearest of `known`, those that hold the typed text first. */
export function nearestEventTypes(typed: string, known: readonly string[], count = 3): string[] {
  const text = typed.toLowerCase().slice(0, 200);
  return known
    .map((id) => ({
      id,
      far: distance(text, id.toLowerCase()) - (id.toLowerCase().includes(text) ? 1000 : 0),
    }))
    .sort((one, other) => one.far - other.far || one.id.localeCompare(other.id))
    .slice(0, count)
    .map(({ id }) => id);
}
