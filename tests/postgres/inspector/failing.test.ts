/** The inspector's API over a real store, queue and handlers. What fails is seen at a glance, and registered. */
import { describe, expect, it } from "vitest";
import * as deliveriesContract from "../../../netlify/api/schema/deliveries.ts";
import * as eventsContract from "../../../netlify/api/schema/events.ts";
import * as failingContract from "../../../netlify/api/schema/failing.ts";
import { openWork } from "../../../netlify/events/work/open-work.ts";
import { queueEvents } from "../../../netlify/events/work/queue-events.ts";
import { replay } from "../../../netlify/events/work/replay.ts";
import { runDueWork } from "../../../netlify/events/work/run-due-work.ts";
import { defineHandler } from "../../../netlify/handler-kit/define-handler.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { ask, listDeliveries, record, signedIn, useInspectorStore } from "../../support/inspector-store.ts";
import { instanceDatabase } from "../../support/instance-database.ts";

useInspectorStore();

/** Fails where the event's `displayMessage` names it. */
const handler = (name: string, retries: number) =>
  defineHandler({
    name,
    on: "user.lifecycle.create",
    retries,
    handle(event) {
      if (event.displayMessage?.includes(name)) throw new Error(`${name} cannot`);
    },
  });
const handlers = [handler("notify-hr", 0), handler("greet", 3)];

/** Records a delivery and runs its handlers as the endpoint does. @returns its id */
async function deliver(...events: Record<string, unknown>[]): Promise<string> {
  const deliveryId = await record(events, { receivedAt: new Date() });
  const work = openWork(instanceDatabase, handlers, { environment: () => undefined, report: () => {} });
  await queueEvents(work, { deliveryId });
  await runDueWork(work, { deadline: Date.now() + 50_000, waitForRetryMs: 0 });
  return deliveryId;
}

const event = (uuid: string, displayMessage = "fine") => makeEvent(uuid, { displayMessage });
const states = async (path: "events" | "deliveries") => {
  if (path === "events") {
    const { events } = await ask("events", eventsContract.eventPage);
    return Object.fromEntries(events.map(({ uuid, handlers: { state } }) => [uuid, state]));
  }
  return Object.fromEntries((await listDeliveries()).map(({ id, handlers: { state } }) => [id, state]));
};

describe("how events and deliveries stand with their handlers", () => {
  it("is told in each line: the worst of their runs, and when the next retry is due", async () => {
    const done = await deliver(event("done"));
    const dead = await deliver(event("dead", "notify-hr and greet"), event("fine"));
    const retrying = await deliver(event("retrying", "greet"));
    const nobody = await deliver(makeEvent("nobody", { eventType: "user.session.start" }));
    const waiting = await record([event("waiting")]);

    expect(await states("events")).toEqual({
      done: "done",
      dead: "dead",
      fine: "done",
      retrying: "retrying",
      nobody: "none",
      waiting: "waiting",
    });
    expect(await states("deliveries")).toEqual({
      [done]: "done",
      [dead]: "dead",
      [retrying]: "retrying",
      [nobody]: "none",
      [waiting]: "waiting",
    });
    const { handlers: glance } = await ask("events/retrying", eventsContract.eventDetail);
    expect(Date.parse(glance.nextTryAt ?? "")).toBeGreaterThan(Date.now());
    expect((await ask(`deliveries/${retrying}`, deliveriesContract.deliveryDetail)).handlers).toEqual(glance);
    expect(await ask("changes", deliveriesContract.changes)).toMatchObject({ dead: 1, retrying: 2 });
  });

  it("is the events' own, in the delivery that brought them again too", async () => {
    await deliver(event("dead", "notify-hr"));
    const again = await deliver(event("dead", "notify-hr"));
    expect((await states("deliveries"))[again]).toBe("dead");
  });

  it("is that of the latest run: a replay that succeeds makes good", async () => {
    await deliver(event("dead", "notify-hr"));
    const mended = defineHandler({ name: "notify-hr", on: "user.lifecycle.create", handle: () => undefined });
    const work = openWork(instanceDatabase, [mended], { environment: () => undefined, report: () => {} });

    await replay(work, "dead");
    expect((await states("events")).dead).toBe("waiting");
    await runDueWork(work, { deadline: Date.now() + 50_000 });
    expect((await states("events")).dead).toBe("done");
  });
});

describe("failing runs", () => {
  it("are registered page after page: dead ones, the last to die first; then retries, the next first", async () => {
    for (const uuid of ["a", "b"]) await deliver(event(uuid, "notify-hr and greet"));
    await deliver(event("c", "greet"));

    const all = await ask("failing", failingContract.failingPage);
    const paged: string[] = [];
    let cursor = "";
    do {
      const page: failingContract.FailingPage = await ask(
        `failing?limit=2${cursor}`,
        failingContract.failingPage,
      );
      paged.push(...page.failing.map(({ uuid, handler: name }) => `${uuid} ${name}`));
      cursor = page.next === null ? "" : `&cursor=${page.next}`;
    } while (cursor !== "");

    expect(all.next).toBeNull();
    expect(all.failing.map(({ uuid, state }) => `${uuid} ${state}`)).toEqual([
      "b dead",
      "a dead",
      ...all.failing.slice(2).map(({ uuid }) => `${uuid} retrying`),
    ]);
    expect(paged).toEqual(all.failing.map(({ uuid, handler: name }) => `${uuid} ${name}`));
    expect(all.failing[0]).toMatchObject({
      handler: "notify-hr",
      state: "dead",
      attempts: 1,
      maxAttempts: 1,
      lastError: expect.stringContaining("notify-hr cannot"),
      nextTryAt: null,
      registered: false,
      event: { uuid: "b", target: { name: "New User" }, handlers: { state: "dead" } },
    });
    expect(all.failing[2]).toMatchObject({ handler: "greet", attempts: 1, maxAttempts: 4 });
    const due = all.failing.slice(2).map(({ nextTryAt }) => Date.parse(nextTryAt ?? ""));
    expect(due).toEqual(due.toSorted((one, other) => one - other));
    expect(due.every((at) => at > Date.now())).toBe(true);
  });

  it("can be asked for by state", async () => {
    await deliver(event("a", "notify-hr and greet"));
    const of = async (state: string) =>
      (await ask(`failing?state=${state}`, failingContract.failingPage)).failing.map((run) => run.handler);
    expect(await of("dead")).toEqual(["notify-hr"]);
    expect(await of("retrying")).toEqual(["greet"]);
    expect((await callInspector("failing?state=done", signedIn)).status).toBe(400);
    expect((await callInspector("failing?cursor=x", signedIn)).status).toBe(400);
  });

  it("can be asked for by handler and by the whole of an error, page after page", async () => {
    for (const uuid of ["a", "b", "c"]) await deliver(event(uuid, "notify-hr and greet"));
    const [first] = (await ask("dead/groups", failingContract.deadLetterGroups)).groups;
    const about = (fields: Record<string, string>) => `failing?${new URLSearchParams(fields)}`;
    const uuids = async (fields: Record<string, string>) =>
      (await ask(about(fields), failingContract.failingPage)).failing.map(({ uuid }) => uuid);

    expect(await uuids({ handler: "notify-hr" })).toEqual(["c", "b", "a"]);
    expect(await uuids({ handler: "notify-hr", error: first?.error ?? "" })).toEqual(["c", "b", "a"]);
    expect(await uuids({ handler: "notify-hr", error: "another" })).toEqual([]);
    expect(await uuids({ handler: "greet", state: "dead" })).toEqual([]);

    const two = { handler: "notify-hr", limit: "2" };
    const page = await ask(about(two), failingContract.failingPage);
    expect(page.failing.map(({ uuid }) => uuid)).toEqual(["c", "b"]);
    expect(await uuids({ ...two, cursor: page.next ?? "" })).toEqual(["a"]);
    expect((await callInspector("failing?handler=Not%20a%20name", signedIn)).status).toBe(400);
    expect((await callInspector("failing")).status).toBe(401);
  });
});

describe("dead letters in groups", () => {
  it("are one line for each handler and error, the largest first, with how many and since when", async () => {
    await deliver(event("a", "notify-hr"));
    await deliver(event("b", "notify-hr"));
    const gone = await ask("dead/groups", failingContract.deadLetterGroups);
    expect(gone.groups).toEqual([
      {
        handler: "notify-hr",
        error: expect.stringContaining("notify-hr cannot"),
        count: 2,
        lastDiedAt: expect.any(String),
        registered: false,
      },
    ]);
    const others = [
      defineHandler({ name: "tell-hr", on: "user.lifecycle.create", retries: 0, handle: fail }),
    ];
    const deliveryId = await record([event("c")], { receivedAt: new Date() });
    const work = openWork(instanceDatabase, others, { environment: () => undefined, report: () => {} });
    await queueEvents(work, { deliveryId });
    await runDueWork(work, { deadline: Date.now() + 50_000, waitForRetryMs: 0 });

    const { groups } = await ask("dead/groups", failingContract.deadLetterGroups);
    expect(groups.map(({ handler: name, count, registered }) => [name, count, registered])).toEqual([
      ["notify-hr", 2, false],
      ["tell-hr", 1, true],
    ]);
    expect(Date.parse(groups[1]?.lastDiedAt ?? "")).toBeGreaterThanOrEqual(
      Date.parse(groups[0]?.lastDiedAt ?? ""),
    );
  });

  it("are none where nothing is dead, for nobody without the password, and take no parameter", async () => {
    await deliver(event("a", "greet"));
    expect(await ask("dead/groups", failingContract.deadLetterGroups)).toEqual({ groups: [] });
    expect((await callInspector("dead/groups")).status).toBe(401);
    expect((await callInspector("dead/groups?limit=1", signedIn)).status).toBe(400);
  });
});

function fail(): never {
  throw new Error("hr.example.com is away");
}
