import { describe, expect, expectTypeOf, it } from "vitest";
import { defineHandler, HandlerDefinitionError } from "../../netlify/handler-kit/define-handler.ts";
import {
  type UncataloguedEventType,
  uncataloguedEventType,
} from "../../netlify/handler-kit/event-pattern.ts";

const handle = () => {};

describe("defining a handler", () => {
  it("takes an event type, a family of them, all, or a list", () => {
    expect(defineHandler({ name: "one", on: "user.lifecycle.create", handle }).on).toEqual([
      "user.lifecycle.create",
    ]);
    expect(defineHandler({ name: "family", on: "user.lifecycle.*", handle }).on).toEqual([
      "user.lifecycle.*",
    ]);
    expect(defineHandler({ name: "all", on: "*", handle }).on).toEqual(["*"]);
    expect(defineHandler({ name: "list", on: ["user.lifecycle.create", "group.*"], handle }).on).toEqual([
      "user.lifecycle.create",
      "group.*",
    ]);
  });

  it("gives a try 10 s and ten retries unless told otherwise", () => {
    expect(defineHandler({ name: "greet", on: "*", handle })).toMatchObject({
      timeoutMs: 10_000,
      retries: 10,
    });
    expect(defineHandler({ name: "greet", on: "*", timeoutMs: 500, retries: 0, handle })).toMatchObject({
      timeoutMs: 500,
      retries: 0,
    });
  });

  it("keeps `this` for a handler with parts of its own", () => {
    const definition = {
      name: "greet",
      on: "*" as const,
      greeting: "hello",
      handle() {
        return this.greeting;
      },
    };

    expect(defineHandler(definition).handle({} as never, {} as never)).toBe("hello");
  });

  it.for(["", "Greet", "greet user", "greet_user", "-greet", "greet--user", "x".repeat(65), "grüß"])(
    "refuses the name %j",
    (name) => {
      expect(() => defineHandler({ name, on: "*", handle })).toThrow(HandlerDefinitionError);
    },
  );

  it.for([
    [{ timeoutMs: 0 }, "timeoutMs must be a whole number from 1 to 15000"],
    [{ timeoutMs: 15_001 }, "timeoutMs must be a whole number from 1 to 15000"],
    [{ timeoutMs: Number.NaN }, "timeoutMs must be a whole number from 1 to 15000"],
    [{ retries: -1 }, "retries must be a whole number from 0 to 20"],
    [{ retries: 1.5 }, "retries must be a whole number from 0 to 20"],
  ] as const)("refuses the limit %j and says which there are", ([limit, message]) => {
    expect(() => defineHandler({ name: "greet", on: "*", ...limit, handle })).toThrow(message);
  });

  it("refuses a handler that listens to nothing", () => {
    expect(() => defineHandler({ name: "greet", on: [], handle })).toThrow("listens to nothing");
  });

  it("takes an event type newer than the catalogue only when told so", () => {
    const on = uncataloguedEventType("user.brand.new");

    expect(defineHandler({ name: "greet", on, handle }).on).toEqual(["user.brand.new"]);
    expect(() => uncataloguedEventType("user.*")).toThrow("is no event type");
    expect(() => uncataloguedEventType("")).toThrow("is no event type");
  });
});

// Compiled by `npm run typecheck`: each expected error that does not occur is an error itself.
describe("the types", () => {
  it("know the event types that hooks may have", () => {
    const wrong = () => {
      // @ts-expect-error misspelt
      defineHandler({ name: "wrong", on: "user.lifecyle.create", handle });
      // @ts-expect-error in Okta's catalogue, but not eligible for event hooks
      defineHandler({ name: "wrong", on: "user.authentication.auth", handle });
      // @ts-expect-error no such family
      defineHandler({ name: "wrong", on: "nothing.*", handle });
      // @ts-expect-error a wildcard stands for what follows a dot
      defineHandler({ name: "wrong", on: "user.life*", handle });
      // @ts-expect-error one of the list is misspelt
      defineHandler({ name: "wrong", on: ["user.lifecycle.create", "group.lifecycl.create"], handle });
      // @ts-expect-error a new type needs `uncataloguedEventType`
      defineHandler({ name: "wrong", on: "user.brand.new", handle });
    };
    expect(wrong).toBeTypeOf("function");
  });

  it("tell a handler which types of event it gets", () => {
    defineHandler({
      name: "one",
      on: "user.lifecycle.create",
      handle: (event) => expectTypeOf(event.eventType).toEqualTypeOf<"user.lifecycle.create">(),
    });
    defineHandler({
      name: "list",
      on: ["user.lifecycle.create", "user.lifecycle.activate"],
      handle: (event) =>
        expectTypeOf(event.eventType).toEqualTypeOf<"user.lifecycle.create" | "user.lifecycle.activate">(),
    });
    defineHandler({
      name: "family",
      on: "user.lifecycle.*",
      handle(event) {
        expectTypeOf<"user.lifecycle.create">().toExtend<typeof event.eventType>();
        expectTypeOf<UncataloguedEventType>().toExtend<typeof event.eventType>();
        expectTypeOf<"group.lifecycle.create">().not.toExtend<typeof event.eventType>();
      },
    });
  });
});
