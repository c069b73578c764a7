import { expect, it } from "vitest";
import { formatRoute, noFilter, parseRoute, type Route } from "../../../netlify/inspector/routing/route.ts";

const views: [string, Route][] = [
  ["#/deliveries", { view: "deliveries", filter: noFilter }],
  ["#/deliveries/42", { view: "deliveries", filter: noFilter, delivery: "42" }],
  ["#/rejections/7", { view: "deliveries", filter: noFilter, rejection: "7" }],
  ["#/events", { view: "events", filter: noFilter, uuid: null }],
  [
    "#/deliveries/42?type=a.b",
    { view: "deliveries", filter: { ...noFilter, types: ["a.b"] }, delivery: "42" },
  ],
  ["#/failing", { view: "failing" }],
  ["#/health", { view: "health" }],
];

it.each(views)("the address %s", (address, route) => {
  expect(parseRoute(address)).toEqual(route);
  expect(formatRoute(route)).toBe(address);
});

it("keeps every filter and any uuid in the address", () => {
  const route: Route = {
    view: "events",
    filter: {
      types: ["user.lifecycle.create", "a&b=c"],
      actor: "50%_off+1@example.com",
      target: "#/?",
      outcome: "FAILURE",
      severity: "WARN",
      handler: "greet-new-user",
      state: "dead",
      last: "24h",
      from: "2026-11-24T10:00:00.000Z",
      to: "",
    },
    uuid: "a/b?c#d e%",
  };
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

it.each(["", "#", "#/"])("begins with the deliveries at %j", (address) => {
  expect(parseRoute(address)).toEqual({ view: "deliveries", filter: noFilter });
});

it.each(["#/nowhere", "#/failing/1", "#/rejections", "#/deliveries/1/2"])(
  "knows no view at %s",
  (address) => {
    expect(parseRoute(address)).toEqual({ view: "unknown" });
  },
);

it("takes a broken escape for what it is", () => {
  expect(parseRoute("#/deliveries/%")).toEqual({ view: "deliveries", filter: noFilter, delivery: "%" });
});

it("still leads to what fails from the address that dead letters had", () => {
  expect(parseRoute("#/dead")).toEqual({ view: "failing" });
});
