/** Makes an event fit its documented shape, so that a handler never meets a type that its own types rule out. */
import type * as z from "zod/mini";

/** Where a value departs, ordered as the value is: an issue for the value itself, or issues for what it holds. */
type IssueTree = z.core.$ZodIssue | Map<PropertyKey, IssueTree>;

/** Stands for a value that no mending makes fit. */
const LEFT_OUT = Symbol("left out");

/**
 * The event with every documented field of its documented type: a number where text is documented becomes text, a value outside
 * a list stays, anything else that does not fit is left out. What is changed is a copy, the rest is shared with `event`.
 * Takes time linear in the number of issues and the size of what they touch.
 */
export function coerceEvent(event: object, issues: readonly z.core.$ZodIssue[]): object {
  const root = new Map<PropertyKey, IssueTree>();
  for (const issue of issues) place(issue, root);
  return coerceInside(event, root);
}

function place(issue: z.core.$ZodIssue, root: Map<PropertyKey, IssueTree>): void {
  let level = root;
  for (const key of issue.path.slice(0, -1)) {
    const below = level.get(key);
    // A value that is left out altogether needs no mending inside.
    if (below !== undefined && !(below instanceof Map)) return;
    const next = below ?? new Map<PropertyKey, IssueTree>();
    level.set(key, next);
    level = next;
  }
  const last = issue.path.at(-1);
  if (last !== undefined) level.set(last, issue);
}

function coerce(value: unknown, tree: IssueTree | undefined): unknown {
  if (tree === undefined) return value;
  if (tree instanceof Map)
    return typeof value === "object" && value !== null ? coerceInside(value, tree) : LEFT_OUT;
  if (tree.code === "invalid_value" && typeof value === "string") return value;
  if (tree.code === "invalid_type" && tree.expected === "string" && typeof value === "number")
    return String(value);
  return LEFT_OUT;
}

function coerceInside(value: object, tree: Map<PropertyKey, IssueTree>): object {
  if (Array.isArray(value)) {
    const elements = value.map((element, index) => coerce(element, tree.get(index)));
    return elements.filter((element) => element !== LEFT_OUT);
  }
  const copy: object = { ...value };
  for (const [key, below] of tree) {
    const coerced = coerce(Reflect.get(value, key), below);
    if (coerced === LEFT_OUT) Reflect.deleteProperty(copy, key);
    else Reflect.set(copy, key, coerced);
  }
  return copy;
}
