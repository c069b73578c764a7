/** How the org's hook differs from what it should be. */
import type { EventHook, ExtraHeader, HookFilter, HookSpecification } from "./event-hook.ts";

/** One part that differs: what the org has and should not, what it lacks. */
export interface Difference {
  readonly part: "address" | "secret header" | "extra headers" | "event types" | "filters";
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/**
 * Every part that differs. The secret's value is none of them: the org never tells it. Values of extra headers are
 * not shown, since they may be credentials too.
 */
export function compareHook(found: EventHook, wanted: HookSpecification): Difference[] {
  const oneOf = (value: string | undefined) => (value === undefined ? [] : [value]);
  return [
    difference("address", [found.address], [wanted.address]),
    difference("secret header", oneOf(found.secretHeader), oneOf(wanted.secret?.header)),
    compareHeaders(found.extraHeaders, wanted.extraHeaders),
    difference("event types", found.eventTypes, wanted.eventTypes),
    difference("filters", found.filters.map(filterText), wanted.filters.map(filterText)),
  ].filter(({ added, removed }) => added.length > 0 || removed.length > 0);
}

function difference(
  part: Difference["part"],
  found: readonly string[],
  wanted: readonly string[],
): Difference {
  return {
    part,
    removed: found.filter((value) => !wanted.includes(value)),
    added: wanted.filter((value) => !found.includes(value)),
  };
}

function compareHeaders(found: readonly ExtraHeader[], wanted: readonly ExtraHeader[]): Difference {
  const names = (headers: readonly ExtraHeader[], others: readonly ExtraHeader[]) =>
    headers
      .filter(({ name, value }) => !others.some((other) => sameName(other, name) && other.value === value))
      .map(({ name }) => (others.some((other) => sameName(other, name)) ? `${name} (another value)` : name));
  return { part: "extra headers", removed: names(found, wanted), added: names(wanted, found) };
}

const sameName = (header: ExtraHeader, name: string) => header.name.toLowerCase() === name.toLowerCase();

const filterText = ({ eventType, expression }: HookFilter) => `${eventType} if ${expression}`;
