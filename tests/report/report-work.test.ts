import { describe, expect, it } from "vitest";
import { reportWork } from "../../netlify/report/report-work.ts";

const deadLetter = {
  kind: "dead-letter",
  handler: "greet",
  uuid: "event-1",
  eventType: "user.lifecycle.create",
  attempts: 11,
  error: "Error: no answer\u001b[31m",
} as const;

describe("a dead letter", () => {
  it("is one JSON line at level error for a machine", () => {
    const { level, text } = reportWork(deadLetter, { reader: "machine" });

    expect(level).toBe("error");
    expect(text).not.toContain("\n");
    expect(JSON.parse(text)).toEqual({
      level: "error",
      outcome: "dead-letter",
      handler: "greet",
      uuid: "event-1",
      eventType: "user.lifecycle.create",
      attempts: 11,
      error: "Error: no answer\u001b[31m",
    });
  });

  it("is a sentence with the way on for a person", () => {
    const { level, text } = reportWork(deadLetter, { reader: "person" });

    expect(level).toBe("error");
    expect(text).toContain("npm run hook -- replay event-1");
    expect(text).not.toContain("\u001b");
  });

  it("offers no command for a uuid that a shell would run", () => {
    const { text } = reportWork({ ...deadLetter, uuid: "a;touch x" }, { reader: "person" });
    expect(text).not.toContain("npm run");
  });
});

describe("what a handler logs", () => {
  const line = {
    kind: "handler-log",
    level: "info",
    handler: "greet",
    uuid: "event-1",
    message: "new user",
  } as const;

  it("is marked with its handler and event", () => {
    const { text } = reportWork({ ...line, fields: { id: "00u1" } }, { reader: "machine" });

    expect(JSON.parse(text)).toEqual({
      level: "info",
      outcome: "handler-log",
      handler: "greet",
      uuid: "event-1",
      message: "new user",
      fields: { id: "00u1" },
    });
  });

  it.for(["machine", "person"] as const)("may hold what JSON cannot, for a %s", (reader) => {
    const cycle: Record<string, unknown> = { big: 1n };
    cycle.self = cycle;

    expect(reportWork({ ...line, fields: cycle }, { reader }).text).toContain("cannot be written as JSON");
  });
});

describe("for a person", () => {
  const run = { handler: "greet", uuid: "event-1", eventType: "user.lifecycle.create" } as const;
  const person = { reader: "person" } as const;

  it("one try is not called tries", () => {
    expect(reportWork({ ...deadLetter, attempts: 1 }, person).text).toContain("done in 1 try:");
    expect(reportWork(deadLetter, person).text).toContain("done in 11 tries:");
  });

  it("each line has the time of day", () => {
    const { text } = reportWork({ kind: "handler-done", ...run, attempt: 2, tookMs: 12 }, person);
    expect(text).toMatch(/^\d\d:\d\d:\d\d ✓ greet handled event-1 at try 2, 12 ms$/);
  });

  it("a warning and an error of a handler look like what they are", () => {
    const log = { kind: "handler-log", handler: "greet", uuid: "event-1", message: "hm" } as const;
    expect(reportWork({ ...log, level: "warn" }, person).text).toMatch(/! warning of greet: hm$/);
    expect(reportWork({ ...log, level: "error" }, person).text).toMatch(/✗ error of greet: hm$/);
    const coloured = { reader: "person", coloured: true } as const;
    expect(reportWork({ ...log, level: "warn" }, coloured).text).toContain("\u001b[33m! warning");
    expect(reportWork({ ...log, level: "error" }, coloured).text).toContain("\u001b[31m✗ error");
  });
});
