import { describe, expect, it } from "vitest";
import { NonRetriableError, RetryAfterError } from "#handler-kit";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { makeEvent, runHandler } from "../../netlify/handler-kit/testing.ts";
import { readEvent } from "../../netlify/hook/read-event.ts";

const greet = defineHandler({
  name: "greet",
  on: "user.lifecycle.*",
  async handle(event, { log, signal, attempt }) {
    log.info("hello", { id: event.target?.[0]?.id, attempt });
    log.warn("careful");
    signal.throwIfAborted();
    return "greeted";
  },
});

describe("the kit for testing handlers", () => {
  it("makes an event that the hook would read without a remark", () => {
    const event = makeEvent("user.lifecycle.create", { target: [{ type: "User", id: "00u1" }] });

    expect(readEvent(event)).toMatchObject({ readable: true, schemaDeviations: [] });
  });

  it("runs a handler and keeps what it logged", async () => {
    const event = makeEvent("user.lifecycle.create", { target: [{ id: "00u1" }] });

    const run = await runHandler(greet, event, { attempt: 2 });

    expect(run).toEqual({
      outcome: "done",
      key: null,
      lines: [
        { level: "info", message: "hello", fields: { id: "00u1", attempt: 2 } },
        { level: "warn", message: "careful" },
      ],
      result: "greeted",
    });
  });

  it("throws what the handler throws", async () => {
    const signal = AbortSignal.abort(new Error("time is up"));

    await expect(runHandler(greet, makeEvent("user.lifecycle.create"), { signal })).rejects.toThrow(
      "time is up",
    );
  });

  it("says when a handler that puts its run off would be tried again, and what it logged till then", async () => {
    const busy = defineHandler({
      name: "busy",
      on: "*",
      handle(_event, { log }) {
        log.info("asked");
        throw new RetryAfterError("HR is busy", 120);
      },
    });

    expect(await runHandler(busy, makeEvent("user.lifecycle.create"))).toEqual({
      outcome: "later",
      key: null,
      lines: [{ level: "info", message: "asked" }],
      error: new RetryAfterError("HR is busy", 120),
      delayMs: 120_000,
    });
  });

  it("says that a handler makes a dead letter", async () => {
    const error = new NonRetriableError("no such plan");
    const ending = defineHandler({ name: "ending", on: "*", handle: () => Promise.reject(error) });

    const run = await runHandler(ending, makeEvent("user.lifecycle.create"));

    expect(run).toEqual({ outcome: "dead", key: null, lines: [], error });
  });

  it("tells a handler that it is late, where the test says so", async () => {
    const telling = defineHandler({ name: "telling", on: "*", handle: (_event, { late }) => late });
    const event = makeEvent("user.lifecycle.create");

    expect((await runHandler(telling, event)).result).toBe(false);
    expect((await runHandler(telling, event, { late: true })).result).toBe(true);
  });

  it("refuses an event that the handler would never get", async () => {
    await expect(runHandler(greet, makeEvent("group.lifecycle.create"))).rejects.toThrow(
      "greet listens to user.lifecycle.*, so it never gets group.lifecycle.create",
    );
  });
});
