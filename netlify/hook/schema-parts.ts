/**
 * The objects and lists of the event's schema: `z.object` of zod/mini made fast, and `z.array` that a hostile value cannot make
 * expensive.
 */
import * as z from "zod/mini";
import * as core from "zod/v4/core";

const base: core.$constructor<z.ZodMiniType> = z.ZodMiniType;

const compiled: core.$constructor<core.$ZodObject> = core.$ZodObjectJIT;

const CompiledObject = core.$constructor<z.ZodMiniObject>("ZodMiniObject", (instance, definition) => {
  compiled.init(instance, definition);
  base.init(instance, definition);
});

/**
 * An object schema, as `z.object(shape)` gives it. Whole zod compiles an object's schema at its first use; zod/mini leaves that out to
 * be small. An event is read three times as fast with it, and the start of the function stays small without whole zod. Where code may
 * not be made at run time it is only as fast as that.
 */
export function compiledObject<Shape extends core.$ZodLooseShape>(
  shape: Shape,
): ReturnType<typeof z.object<Shape>> {
  return new CompiledObject({ type: "object", shape }) as ReturnType<typeof z.object<Shape>>;
}

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
 * A list schema, with a budget that all lists of one value share, however they nest: two million issues would take seconds and
 * gigabytes, and a list that is mostly right never comes near the budget. Where it is spent, the list itself has the issue, and its
 * elements have none. What it gives for a list that fits is the list itself, not zod's copy.
 */
export function boundedList<Element extends z.ZodMiniType>(element: Element): z.ZodMiniArray<Element> {
  return new BoundedList({ type: "array", element }) as z.ZodMiniArray<Element>;
}
