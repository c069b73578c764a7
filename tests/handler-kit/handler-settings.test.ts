import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import * as mini from "zod/mini";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { checkHandlerSettings, readHandlerSettings } from "../../netlify/handler-kit/handler-settings.ts";
import { makeEvent, runHandler } from "../../netlify/handler-kit/testing.ts";

const offboard = defineHandler({
  name: "offboard-user",
  on: "user.lifecycle.deactivate",
  settings: z.object({
    HR_URL: z.url(),
    HR_TOKEN: z.string().min(16),
    HR_TRIES: z.coerce.number().default(3),
  }),
  handle: (_event, { settings }) => settings,
});
const usable = { HR_URL: "https://hr.example.com", HR_TOKEN: "0123456789abcdef" };
const environment = (values: Record<string, string>) => (name: string) => values[name];

describe("a handler's settings", () => {
  it("are read from the environment, through their schema", () => {
    expect(readHandlerSettings(offboard, environment({ ...usable, HR_TRIES: " 5 ", OTHER: "x" }))).toEqual({
      usable: true,
      settings: { ...usable, HR_TRIES: 5 },
    });
  });

  it("are empty where none are declared", () => {
    const handler = defineHandler({ name: "plain", on: "*", handle: () => {} });

    expect(readHandlerSettings(handler, environment(usable))).toEqual({ usable: true, settings: {} });
  });

  it.for([
    [{ HR_URL: usable.HR_URL }, "HR_TOKEN is not set"],
    [{ ...usable, HR_TOKEN: "" }, "HR_TOKEN is not set"],
    [
      { ...usable, HR_TOKEN: "hunter2" },
      "HR_TOKEN cannot be used: Too small: expected string to have >=16 characters",
    ],
    [{ HR_URL: "hunter2" }, "HR_URL cannot be used: Invalid URL; HR_TOKEN is not set"],
    [
      { ...usable, HR_TRIES: "hunter2" },
      "HR_TRIES cannot be used: Invalid input: expected number, received NaN",
    ],
  ] as const)("of %j are refused by name, without a value", ([values, problem]) => {
    expect(checkHandlerSettings([offboard], environment(values))).toEqual([
      { handler: "offboard-user", problem },
    ]);
    expect(problem).not.toContain("hunter2");
  });

  it("whose schema throws, quoting the value, are refused without it", () => {
    const settings = z.object({ KEYS: z.string().transform((text) => JSON.parse(text)) });
    const handler = defineHandler({ name: "keys", on: "*", settings, handle: () => {} });

    expect(checkHandlerSettings([handler], environment({ KEYS: "hunter2" }))).toEqual([
      { handler: "keys", problem: "KEYS cannot be used: its schema throws" },
    ]);
  });

  it("may be written with zod/mini", () => {
    const settings = mini.object({ HR_URL: mini.url() });
    const handler = defineHandler({ name: "small", on: "*", settings, handle: () => {} });

    expect(checkHandlerSettings([handler], environment({}))).toEqual([
      { handler: "small", problem: "HR_URL is not set" },
    ]);
  });

  it("have the names of environment variables", () => {
    const settings = z.object({ "hr-url": z.string() });

    expect(() => defineHandler({ name: "odd", on: "*", settings, handle: () => {} })).toThrow(
      '"hr-url" cannot name an environment variable',
    );
  });

  it("are typed by their schema", () => {
    defineHandler({
      name: "typed",
      on: "*",
      settings: z.object({ HR_URL: z.url(), HR_TRIES: z.coerce.number() }),
      handle: (_event, { settings }) =>
        expectTypeOf(settings).toEqualTypeOf<{ HR_URL: string; HR_TRIES: number }>(),
    });
    defineHandler({
      name: "untyped",
      on: "*",
      handle: (_event, { settings }) => {
        // @ts-expect-error none are declared
        settings.HR_URL;
      },
    });
  });
});

describe("the kit for testing handlers", () => {
  const event = makeEvent("user.lifecycle.deactivate");

  it("hands on settings as a real run would read them", async () => {
    expect((await runHandler(offboard, event, { settings: usable })).result).toEqual({
      ...usable,
      HR_TRIES: 3,
    });
  });

  it("refuses settings that a real run would fail for", async () => {
    await expect(runHandler(offboard, event, { settings: { HR_URL: usable.HR_URL } })).rejects.toThrow(
      "The settings of offboard-user: HR_TOKEN is not set",
    );
  });

  it("refuses an event that the handler's `when` leaves out", async () => {
    const admins = defineHandler({
      name: "admins",
      on: "user.lifecycle.deactivate",
      when: ({ actor }) => actor?.type === "User",
      handle: () => "ran",
    });

    const bySystem = { ...event, actor: { type: "SystemPrincipal" } };
    await expect(runHandler(admins, bySystem)).rejects.toThrow("admins leaves this event out by its `when`");
    expect((await runHandler(admins, event)).result).toBe("ran");
  });
});
