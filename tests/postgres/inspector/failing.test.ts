/** The inspector's API over a real store, queue and handlers. What fails is seen at a glance, and registered. */
import { describe, expect, it, vi } from "vitest";
import * as deliveriesContract from "../../../netlify/api/schema/deliveries.ts";
import * as eventsContract from "../../../netlify/api/schema/events.ts";
import * as failingContract from "../../../netlify/api/schema/failing.ts";
import { openInstanceDatabase } from "../../../netlify/events/database/open-instance-database.ts";
import { openWork } from "../../../netlify/events/work/open-work.ts";
import { queueEvents } from "../../../netlify/events/work/queue-events.ts";
import { replay } from "../../../netlify/events/work/replay.ts";
import { runDueWork } from "../../../netlify/events/work/run-due-work.ts";
import { defineHandler } from "../../../netlify/handler-kit/define-handler.ts";
import { addRuns } from "../../support/add-runs.ts";
import { callInspector } from "../../support/call-inspector.ts";
import { makeEvent } from "../../support/deliveries.ts";
import { ask, listDeliveries, record, signedIn, useInspectorStore } from "../../support/inspector-store.ts";
import { instanceDatabase } from "../../support/instance-database.ts";

const store = useInspectorStore();

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

/** Of one handler, or of all. */
const group = async (name?: string) => {
  const { groups } = await ask("failing", failingContract.failing);
  return groups.filter((each) => name === undefined || each.handler === name);
};
const failingRuns = (query: Record<string, string>) =>
  ask(`failing/runs?${new URLSearchParams(query)}`, failingContract.failingRuns);

describe("what fails, in groups", () => {
  it("is one line for each handler and kind of failure, dead letters and retries in it", async () => {
    for (const uuid of ["a", "b", "c", "d"]) await deliver(event(uuid, "notify-hr and greet"));

    const [first, second, ...others] = await group();
    expect(others).toEqual([]);
    const both = [first, second].toSorted((one, other) =>
      (one?.handler ?? "") < (other?.handler ?? "") ? -1 : 1,
    );
    expect(both).toMatchObject([
      {
        handler: "greet",
        dead: 0,
        retrying: 4,
        error: expect.stringContaining("greet cannot"),
        registered: false,
      },
      { handler: "notify-hr", dead: 4, retrying: 0, nextTryAt: null, eventTypes: ["user.lifecycle.create"] },
    ]);
    const [greet, notify] = both;
    expect(Date.parse(greet?.nextTryAt ?? "")).toBeGreaterThan(Date.now());
    expect(Date.parse(notify?.since ?? "")).toBeLessThanOrEqual(Date.parse(notify?.lastAt ?? ""));
    expect(notify?.examples).toMatchObject([
      { uuid: "d", person: { name: "New User" } },
      { uuid: "c" },
      { uuid: "b" },
    ]);
  });

  it("is one group though each error names another person", async () => {
    const [error, at] = ["no mailbox for ", "2020-01-02T03:04:05.000Z"];
    await record([event("a"), event("b")]);
    const fingerprint = "c".repeat(16);
    const letter = { handler: "notify-hr", state: "dead", failures: 1, fingerprint, at } as const;
    await store.sql(
      ...addRuns([
        { ...letter, uuid: "a", error: `${error}a@example.com` },
        { ...letter, uuid: "b", error: `${error}b@example.com` },
      ]),
    );

    expect(await group()).toMatchObject([{ dead: 2, error: `${error}b@example.com`, since: at, lastAt: at }]);
  });

  it("stays while its handler is paused, and so does a paused handler for which runs only wait", async () => {
    await deliver(event("a", "greet"));
    await store.sql(
      `insert into handlers (name, paused_at) values ('greet', now()), ('greet-new-user', now())
       on conflict (name) do update set paused_at = now()`,
    );
    await store.sql(...addRuns([{ uuid: "b", handler: "greet-new-user", state: "waiting" }]));

    expect(await group()).toMatchObject([
      { handler: "greet", retrying: 1, nextTryAt: null, pausedAt: expect.any(String) },
    ]);
    const { failing } = await ask("changes", deliveriesContract.changes);
    expect(failing).toMatchObject([
      {
        handler: "greet",
        waiting: 1,
        dead: 0,
        pausedAt: expect.any(String),
        error: expect.stringContaining("greet cannot"),
      },
      { handler: "greet-new-user", waiting: 1, failingSince: null, error: null, registered: true },
    ]);
  });

  it("is nothing where nothing fails, is for nobody without the password, and takes no parameter", async () => {
    await deliver(event("a"));
    expect(await ask("failing", failingContract.failing)).toEqual({ groups: [] });
    expect((await callInspector("failing")).status).toBe(401);
    expect((await callInspector("failing?limit=1", signedIn)).status).toBe(400);
  });

  it("takes three statements, however many runs fail", async () => {
    for (const uuid of ["a", "b", "c"]) await deliver(event(uuid, "notify-hr and greet"));
    const deployed = openInstanceDatabase({
      deploy: { context: "production" },
      environment: () => undefined,
    });
    const statements = vi.spyOn(deployed, "query");
    await ask("failing", failingContract.failing);
    expect(statements).toHaveBeenCalled();
    expect(statements.mock.calls.length).toBeLessThanOrEqual(3);
  });
});

describe("the runs of a group", () => {
  it("are listed page after page: dead ones, then retries, the last to begin failing first", async () => {
    for (const uuid of ["a", "b", "c"]) await deliver(event(uuid, "notify-hr and greet"));
    const [first] = await group("notify-hr");
    const about = { handler: "notify-hr", fingerprint: first?.fingerprint ?? "" };
    const uuids = async (query: Record<string, string>) =>
      (await failingRuns(query)).runs.map(({ uuid, state }) => `${uuid} ${state}`);

    expect(await uuids(about)).toEqual(["c dead", "b dead", "a dead"]);
    expect(await uuids({ handler: "greet" })).toEqual(["c retrying", "b retrying", "a retrying"]);
    expect(await uuids({ ...about, state: "retrying" })).toEqual([]);
    expect(await uuids({ ...about, fingerprint: "0".repeat(16) })).toEqual([]);

    const paged: string[] = [];
    for (let cursor = ""; ; ) {
      const page = await failingRuns({ limit: "2", ...(cursor !== "" && { cursor }) });
      paged.push(...page.runs.map(({ uuid, handler: name }) => `${uuid} ${name}`));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(paged).toEqual(["c notify-hr", "b notify-hr", "a notify-hr", "c greet", "b greet", "a greet"]);
  });

  it("say how each stands, and which event it is of", async () => {
    await deliver(event("a", "notify-hr"));
    expect((await failingRuns({})).runs).toMatchObject([
      {
        handler: "notify-hr",
        state: "dead",
        attempts: 1,
        maxAttempts: 1,
        lastError: expect.stringContaining("notify-hr cannot"),
        nextTryAt: null,
        registered: false,
        event: { uuid: "a", target: { name: "New User" }, handlers: { state: "dead" } },
      },
    ]);
  });

  it.each(["state=done", "handler=Not%20a%20name", "fingerprint=x", "cursor=x"])(
    "are refused for %s",
    async (query) => {
      expect((await callInspector(`failing/runs?${query}`, signedIn)).status).toBe(400);
    },
  );
});

describe("trying retries now", () => {
  const post = { ...signedIn, method: "POST" };

  it("makes those of a group due, and an open circuit is probed", async () => {
    for (const uuid of ["a", "b"]) await deliver(event(uuid, "greet"));
    await store.sql(
      ...addRuns([
        { uuid: "a", handler: "other", state: "waiting", failures: 1, at: "2099-01-01T00:00:00Z" },
      ]),
    );
    await store.sql("update handlers set circuit_opened_at = now(), next_probe_at = now() + interval '1 h'");
    const [greet] = await group("greet");
    const body = { handler: "greet", fingerprint: greet?.fingerprint, state: "retrying" };
    expect(Date.parse(greet?.nextTryAt ?? "")).toBeGreaterThan(Date.now() + 3_000_000);

    const answer = await callInspector("failing/replay", { ...post, body });

    expect(answer).toMatchObject({ status: 202, json: { queued: 2, left: [], next: null } });
    await answer.afterwards;
    const [other] = await group("other");
    expect(other?.nextTryAt).toBe("2099-01-01T00:00:00.000Z");
  });

  it("takes no single dead letters", async () => {
    const body = { state: "retrying", runs: [{ uuid: "a" }] };
    expect((await callInspector("failing/replay", { ...post, body })).status).toBe(400);
  });
});
