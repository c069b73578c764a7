/** What arrives of a forgotten person after they were forgotten. */
import { beforeEach, describe, expect, test } from "vitest";
import { sweep } from "../../netlify/events/work/sweep.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { makeEvent } from "../support/deliveries.ts";
import { jane, john, useForgettingSite } from "../support/forgetting-site.ts";

const HOUR = 3_600_000;
let handled: string[] = [];
let ready = true;

const notes = defineHandler({
  name: "notes",
  on: ["user.lifecycle.create", "user.session.start"],
  retries: 5,
  handle({ uuid }) {
    if (!ready) throw new Error("later");
    handled.push(uuid);
  },
});

const { work, handle, forget, kept, dump } = useForgettingSite([notes]);

beforeEach(() => {
  handled = [];
  ready = true;
});

/** An event published so many hours from now. */
const at = (hours: number, uuid: string, fields: object = { target: [jane] }) =>
  makeEvent(uuid, { published: new Date(work().clock.now() + hours * HOUR).toISOString(), ...fields });

async function upkeep(hoursLater = 24) {
  await work().clock.advance(hoursLater * HOUR);
  const deadline = work().clock.now() + 25_000;
  return await sweep(work(), { workDeadline: deadline, deadline, retentionDays: 30 });
}

describe("what was published before, and arrives after", () => {
  test("runs its handlers, and is emptied by the next upkeep", async () => {
    await handle(at(-2, "before"));
    await forget("jane.doe@example.com");
    await work().clock.advance(HOUR);
    await handle(
      at(-2, "late"),
      at(-2, "late-mention", { target: [john], debugContext: { debugData: { who: "00uJane" } } }),
    );
    await handle(at(-2, "of-john", { target: [john] }));
    expect(handled).toEqual(["before", "late", "late-mention", "of-john"]);
    expect(await kept()).toEqual(["late", "late-mention", "of-john"]);

    await upkeep();
    expect(await kept()).toEqual(["of-john"]);
    expect(await dump()).not.toMatch(/jane/i);
    expect(await work().record(at(-26, "late"))).toMatchObject({ newUuids: [], duplicateUuids: ["late"] });
  });

  test("waits for its runs, and for being queued", async () => {
    await handle(at(-2, "before"));
    await forget("jane.doe@example.com");
    ready = false;
    await handle(at(-2, "late"));
    const { deliveryId } = await work().record(at(-2, "not-queued"));
    await work().sql("update deliveries set received_at = received_at + interval '1 year' where id = $1", [
      deliveryId,
    ]);
    await upkeep();
    expect(await kept()).toEqual(["late", "not-queued"]);

    ready = true;
    await work().sql("update deliveries set received_at = received_at - interval '1 year' where id = $1", [
      deliveryId,
    ]);
    await upkeep();
    expect(handled.toSorted()).toEqual(["before", "late", "not-queued"]);
    expect(await kept()).toEqual([]);
  });

  test("and what had not finished when they were forgotten goes once it has", async () => {
    ready = false;
    await handle(at(-2, "held"));
    expect(await forget("00uJane")).toMatchObject({ code: 1 });
    expect(await kept()).toEqual(["held"]);
    await upkeep();
    expect(await kept()).toEqual(["held"]);
    ready = true;
    await upkeep();
    expect(handled).toEqual(["held"]);
    expect(await kept()).toEqual([]);
  });

  test("is looked for day after day, also by an id learnt from a login, and by each login", async () => {
    await handle(
      at(-2, "one"),
      at(-3, "two", { target: [{ ...jane, alternateId: "jane.young@example.com" }] }),
    );
    await forget("jane.doe@example.com");
    await upkeep();
    await handle(
      at(-30, "by-id", { target: [{ ...jane, alternateId: "unknown", displayName: "x" }] }),
      at(-30, "by-old-login", {
        actor: { id: "unknown", alternateId: "JANE.young@example.com" },
        target: [],
      }),
      at(-30, "by-app-user", { target: [{ ...jane, id: "0ua1", type: "AppUser" }] }),
    );
    await upkeep();
    expect(await kept()).toEqual([]);
  });
});

describe("what is published after", () => {
  test("stays: somebody hired again", async () => {
    await handle(at(-2, "before"));
    await forget("00uJane");
    await work().clock.advance(HOUR);
    await handle(at(0, "hired-again"));
    await upkeep();
    expect(await kept()).toEqual(["hired-again"]);
  });
});

describe("what is kept of them meanwhile", () => {
  test("is salted hashes, for 90 days", async () => {
    await handle(at(-2, "before"));
    await forget("00uJane");
    expect(await dump()).not.toMatch(/jane/i);
    const hashes = await work().sql<{ hash: string }>("select unnest(hashes) as hash from forgotten_people");
    expect(hashes.length).toBeGreaterThan(1);
    for (const { hash } of hashes) expect(hash).toMatch(/^[\w+/=-]{40,}$/);
    await upkeep(24 * 89);
    expect(await work().sql("select from forgotten_people")).toHaveLength(1);
    await upkeep(24 * 2);
    expect(await work().sql("select from forgotten_people")).toHaveLength(0);
  });
});
