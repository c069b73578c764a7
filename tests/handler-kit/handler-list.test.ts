import { describe, expect, it } from "vitest";
import { eligibleEventTypes } from "../../netlify/catalogue/event-types.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { type EventPattern, uncataloguedEventType } from "../../netlify/handler-kit/event-pattern.ts";
import { handlersFor, listenedEventTypes, listHandlers } from "../../netlify/handler-kit/handler-list.ts";
import { handlers } from "../../netlify/handlers/index.ts";

const on = (name: string, ...patterns: EventPattern[]) =>
  defineHandler({ name, on: patterns, handle: () => {} });
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

describe("the list of handlers", () => {
  it("refuses two handlers with one name", () => {
    expect(() => listHandlers([on("greet", "*"), on("greet", "group.*")])).toThrow(
      "Two handlers are named greet",
    );
  });

  it.for([undefined, 5, {}, { name: "plain", on: "*", handle: () => {} }])(
    "refuses %j, which defineHandler did not make",
    (value) => {
      const list = [on("greet", "*"), value] as Parameters<typeof listHandlers>[0];
      expect(() => listHandlers(list)).toThrow("Number 2 of the handlers is none");
    },
  );

  it("finds the handlers for an event, each once", () => {
    const list = listHandlers([
      on("exact", "user.lifecycle.create"),
      on("family", "user.lifecycle.*", "user.*"),
      on("all", "*"),
      on("other", "group.*"),
    ]);

    expect(names(handlersFor(list, "user.lifecycle.create"))).toEqual(["exact", "family", "all"]);
    expect(names(handlersFor(list, "group.lifecycle.create"))).toEqual(["all", "other"]);
  });

  it("does not take a name for the family that it begins like", () => {
    const list = listHandlers([on("family", "user.lifecycle.*")]);

    expect(handlersFor(list, "user.lifecycle")).toEqual([]);
    expect(handlersFor(list, "user.lifecycles.create")).toEqual([]);
    expect(names(handlersFor(list, "user.lifecycle.added_by_okta_tomorrow"))).toEqual(["family"]);
  });

  it.for(["", "*", "user.*", "__proto__", "constructor"])(
    "finds nobody for the event type %j by accident",
    (type) => {
      expect(handlersFor(listHandlers([on("exact", "user.lifecycle.create")]), type)).toEqual([]);
    },
  );

  it("knows which event types the org's hook has to subscribe to", () => {
    expect(listenedEventTypes([])).toEqual([]);
    expect(
      listenedEventTypes([
        on("one", "user.lifecycle.create", uncataloguedEventType("brand.new")),
        on("two", "user.lifecycle.create", "access.review.*"),
      ]),
    ).toEqual([
      "access.review.action",
      "access.review.close",
      "access.review.create",
      "access.review.remediate",
      "access.review.start",
      "access.review.update",
      "brand.new",
      "user.lifecycle.create",
    ]);
    expect(listenedEventTypes([on("all", "*")])).toEqual(eligibleEventTypes.toSorted());
  });

  it("of this site loads", () => {
    expect(names(handlersFor(handlers, "user.lifecycle.create"))).toContain("greet-new-user");
  });
});
