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
