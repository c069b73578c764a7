/**
 * Lists of a schema that a hostile value cannot make expensive: `z.array` of zod/mini with a budget that all lists of one
 * value share, however they nest. Two million issues would take seconds and gigabytes; a list that is mostly right never
 * comes near the budget.
 */
import * as z from "zod/mini";
import * as core from "zod/v4/core";

/** How many values of an event may depart before a list is left out whole. */
const MAX_DEVIATIONS = 1000;
/** How many elements of an event's lists are looked at. Okta's longest are far below. */
const MAX_ELEMENTS = 10_000;

/** What is left for the value that is being read. Reading is synchronous, so there is one at a time. */
const left = { deviations: 0, elements: 0 };

/** Reads a value whose schema has bounded lists, with a fresh budget. */
export function withBudget<Result>(read: () => Result): Result {
  left.deviations = MAX_DEVIATIONS;
  left.elements = MAX_ELEMENTS;
  return read();
}

const array: core.$constructor<core.$ZodArray> = core.$ZodArray;
const base: core.$constructor<z.ZodMiniType> = z.ZodMiniType;

const BoundedList = core.$constructor<z.ZodMiniArray>("ZodMiniArray", (instance, definition) => {
  array.init(instance, definition);
  base.init(instance, definition);
  const wholeList = instance._zod.parse;
  instance._zod.parse = (payload, context) => {
    const list = payload.value;
    if (!Array.isArray(list)) return wholeList(payload, context);
    const issues: core.$ZodRawIssue[] = [];
    for (const [index, value] of list.entries()) {
      left.elements -= 1;
      const spent = left.elements < 0 ? `more than ${MAX_ELEMENTS} elements` : overspent();
      if (spent !== undefined) {
        payload.issues.push({ code: "custom", input: list, path: [], message: spent });
        return payload;
      }
      const element = definition.element._zod.run({ value, issues: [] }, context);
      if (element instanceof Promise) throw new core.$ZodAsyncError();
      left.deviations -= element.issues.length;
      issues.push(...core.util.prefixIssues(index, element.issues));
    }
    const spent = overspent();
    if (spent === undefined) payload.issues.push(...issues);
    else payload.issues.push({ code: "custom", input: list, path: [], message: spent });
    return payload;
  };
});

function overspent(): string | undefined {
  return left.deviations < 0 ? `more than ${MAX_DEVIATIONS} values depart` : undefined;
}

/**
 * A list schema. Where the budget is spent, the list itself has the issue, and its elements have none. What it gives for a
 * list that fits is the list itself, not zod's copy.
 */
export function boundedList<Element extends z.ZodMiniType>(element: Element): z.ZodMiniArray<Element> {
  return new BoundedList({ type: "array", element }) as z.ZodMiniArray<Element>;
}
