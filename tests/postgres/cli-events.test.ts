/** `hook -- events`, `show` and `replay`, over the site's own functions and a real Postgres. */
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Clock } from "../../netlify/base/clock.ts";
import { CommandError } from "../../netlify/cli/terminal.ts";
import { countFailingRuns } from "../../netlify/events/work/queue/failing-runs.ts";
import { PROBE_HEADER } from "../../netlify/hook/read-origin.ts";
import { type RealApi, realApi } from "../browser/support/real-api.ts";
import { addRuns } from "../support/add-runs.ts";
import { makeBody, makeEvent } from "../support/deliveries.ts";
import { instanceDatabase } from "../support/instance-database.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { emptyStore } from "../support/read-store.ts";
import { typeHook } from "../support/type-hook.ts";

const password = "a-password-of-this-test";
const uuid = "5a1d0f9e-8d3c-4d7c-9b0e-0d5b7f6a1c11";

let postgres: Postgres;
let site: RealApi;

let database: string;

beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase();
});
afterAll(async () => {
  await postgres.destroy();
});
beforeEach(async () => {
  await instanceDatabase.close();
  await emptyStore(database);
  vi.stubEnv("NETLIFY_DB_URL", database);
  for (const level of ["log", "info", "warn", "error"] as const) vi.spyOn(console, level).mockReturnValue();
  serve("locally");
  return () => instanceDatabase.close();
});

/** Has the site's functions answer the commands' calls. */
function serve(where: "locally" | "deployed", environment: Record<string, string> = {}) {
  serveOnly(where, environment);
  vi.stubGlobal("fetch", (url: URL, init?: RequestInit) => site.api(new Request(url, init)));
}

function serveOnly(where: "locally" | "deployed", environment: Record<string, string>) {
  site = realApi(where, environment);
}

async function deliver(...events: readonly (Record<string, unknown> | string)[]) {
  const response = await site.api(
    new Request("http://localhost:1337/okta-webhooks-endpoint", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: makeBody(events),
    }),
  );
  expect(response.status).toBe(204);
  await site.settled();
}

/** Who is asked. */
const person = {
  answer: undefined as boolean | undefined,
  asked: [] as string[],
  async confirm(question: string) {
    person.asked.push(question);
    return person.answer;
  },
  during: <Result>(_: string, work: () => Promise<Result>) => work(),
  tell: () => {},
};

/** Types a command and gives what a person sees. */
async function type(words: readonly string[], environment: Record<string, string> = {}, clock?: Clock) {
  const { lines, error } = await typeHook(words, { environment, prompter: person, ...(clock && { clock }) });
  await site.settled();
  if (error !== null) throw error;
  return lines;
}

const event = {
  uuid,
  published: new Date(Date.now() - 60_000).toISOString(),
  eventType: "user.lifecycle.create",
  displayMessage: "Create Okta user",
  actor: { id: "00uadmin", type: "User", displayName: "Ada Admin" },
  target: [{ id: "00ujane", type: "User", alternateId: "jane@example.com", displayName: "Jane Doe" }],
};

describe("events", () => {
  test("lists the newest first, each with its sentence and its uuid", async () => {
    const earlier = { ...event, published: "2026-11-02T09:30:00.000Z" };
    await deliver(earlier, { ...event, uuid: "later", published: "2026-11-02T09:31:00.000Z" });
    expect(await type(["events"])).toEqual([
      "2026-11-02T09:31:00.000Z  user.lifecycle.create: Jane Doe (00ujane) by Ada Admin (00uadmin)",
      "  done  later",
      "2026-11-02T09:30:00.000Z  user.lifecycle.create: Jane Doe (00ujane) by Ada Admin (00uadmin)",
      `  done  ${uuid}`,
    ]);
  });

  test("lists only the types that were asked for, and only as many", async () => {
    const lock = { ...event, eventType: "user.account.lock" };
    await deliver(event, { ...lock, uuid: "1" }, { ...lock, uuid: "2" });
    const listed = JSON.parse(
      (await type(["events", "--type", "user.account.lock", "--limit", "1", "--json"])).join(),
    );
    expect(listed).toMatchObject([{ eventType: "user.account.lock" }]);
  });

  test("goes on over as many pages as it takes", async () => {
    await deliver(...Array.from({ length: 230 }, (_, index) => ({ ...event, uuid: `event-${index}` })));
    const listed = JSON.parse((await type(["events", "--limit", "220", "--json"])).join());
    expect(new Set(listed.map((one: { uuid: string }) => one.uuid)).size).toBe(220);
  });

  test("says so where nothing came yet", async () => {
    expect(await type(["events"])).toEqual(["No event came yet. npm run hook -- preview delivers a sample."]);
  });

  test("says so where none of the type came", async () => {
    await deliver(event);
    expect(await type(["events", "--type", "user.lifecycle.created"])).toEqual([
      "No event of this type came. npm run hook -- types searches Okta's names.",
    ]);
  });

  test("prints nothing that steers the terminal, as JSON neither", async () => {
    const displayName = "\u001b[2J\u009b2J\u202egone";
    await deliver({ ...event, actor: { displayName } });
    expect((await type(["events"]))[0]).toContain("by \\u001b[2J\\u009b2J\\u202egone");
    const json = (await type(["events", "--json"])).join("\n");
    for (const character of ["\u001b", "\u009b", "\u202e"]) expect(json).not.toContain(character);
    expect(JSON.parse(json)[0].actor.name).toBe(displayName);
  });
});

describe("show, of a delivery", () => {
  test("prints its call with the body, and the answer", async () => {
    await deliver(event);
    const screen = (await type(["show", "1"])).join("\n");
    expect(screen).toMatch(/delivery 1: 1 event, 1 new, 0 seen before, 0 unreadable/);
    expect(screen).toContain("POST /okta-webhooks-endpoint\ncontent-type: application/json");
    expect(screen).toContain(`"uuid": "${uuid}"`);
    expect(screen).toMatch(/answered: 204, an empty body, in \d+ ms/);
  });

  test("--json prints the body to the byte, and says beside it what may differ from the one that came", async () => {
    await deliver(event);
    expect(await type(["show", "1", "--json"])).toEqual([makeBody([event])]);
    await deliver({ ...event, severity: "WARN" });
    expect(await type(["show", "2", "--json"])).toEqual([
      makeBody([event]),
      "What came before stands last, as it was first received.",
    ]);
  });

  test("a number that is no delivery's can begin a uuid", async () => {
    const digits = `12345678${uuid.slice(8)}`;
    await deliver({ ...event, uuid: digits });
    expect((await type(["show", "123456"])).join()).toContain(digits);
    await expect(type(["show", "7"])).rejects.toThrow("No delivery has the number 7.");
  });
});

describe("show", () => {
  const odd = `{"uuid":"${uuid}", "published":"2026-11-02T09:30:00.000Z","eventType":"user.lifecycle.create","debugContext":{"debugData":{"nul":"a\\u0000b","half":"\\ud800","big":1e400,"long":12345678901234567890,"é":"\\u00e9"}}}`;

  test("gives the JSON back exactly as it was sent", async () => {
    await deliver(odd);
    expect(await type(["show", uuid, "--json"])).toEqual([odd]);
  });

  test("lays it out for a person without touching a number or an escape", async () => {
    await deliver(odd);
    const screen = (await type(["show", uuid])).join("\n");
    for (const kept of [
      '"nul": "a\\u0000b"',
      '"half": "\\ud800"',
      '"big": 1e400',
      '"long": 12345678901234567890',
    ]) {
      expect(screen).toContain(kept);
    }
  });

  test("shows each handler's run", async () => {
    await deliver(event);
    expect(await type(["show", uuid])).toContain("  done greet-new-user, 1 try");
  });

  test("prints nothing of an answer that steers the terminal, whichever part of it", async () => {
    await deliver(event);
    const answer = await site.api(new Request(`http://localhost:1337/api/events/${uuid}`));
    const hostile = "\u001b[2J\u202e\nVERIFIED";
    const odd = (value: unknown) =>
      JSON.parse(JSON.stringify(value), (key, part) =>
        ["uuid", "eventType", "summary", "lastError", "schemaDeviations"].includes(key)
          ? key === "schemaDeviations"
            ? [hostile]
            : hostile
          : part,
      );
    const body = odd(await answer.json());
    vi.stubGlobal("fetch", async () => Response.json(body));
    const lines = await type(["show", uuid]);
    expect(lines.filter((line) => line.includes("\\u001b[2J\\u202e\\u000aVERIFIED")).length).toBe(5);
    for (const character of ["\u001b", "\u202e", "\n"]) expect(lines.join("")).not.toContain(character);

    body.runs[0].handler = hostile;
    await expect(type(["show", uuid])).rejects.toThrow("not as this version of the inspector does");
  });

  test("says that there is no such event", async () => {
    await expect(type(["show", "no-such-event"])).rejects.toBeInstanceOf(CommandError);
  });
});

describe("the state of the handlers", () => {
  const deactivate = { ...event, eventType: "user.lifecycle.deactivate" };

  test("is in each line, and --failed lists those that need somebody", async () => {
    await deliver(
      event,
      { ...deactivate, uuid: "failing" },
      { ...event, uuid: "x", eventType: "user.account.lock" },
    );
    const lines = (await type(["events"])).join("\n");
    expect(lines).toContain(`  done  ${uuid}`);
    expect(lines).toMatch(/ {2}retrying, next try in \d+ s {2}failing/);
    expect(lines).toContain("  no handler  x");
    expect(JSON.parse((await type(["events", "--failed", "--json"])).join())).toMatchObject([
      { uuid: "failing", handlers: { state: "retrying" } },
    ]);
    expect(await type(["events", "--failed", "--type", "user.account.lock"])).toEqual(["No handler failed."]);
    const uuids = async (...words: string[]) =>
      JSON.parse((await type(["events", "--json", ...words])).join()).map(
        (one: { uuid: string }) => one.uuid,
      );
    expect(await uuids("--handler", "tell-hr")).toEqual(["failing"]);
    expect(await uuids("--state", "none")).toEqual(["x"]);
    expect(await uuids("--error", "HR_TOKEN is not set")).toEqual(["failing"]);
    expect(await uuids("--error", "something else")).toEqual([]);
  });

  test("names a `when` that filters the event out", async () => {
    await deliver({ ...deactivate, actor: { type: "SystemPrincipal", id: "1" } });
    expect(await type(["show", uuid])).toContain("  tell-hr filters it out by its `when`");
    expect(await type(["replay", uuid])).toEqual([
      "No run was queued: the `when` of each of its handlers filters this event out.",
    ]);
  });

  test("is summed by handler, with the settings that it declares", async () => {
    await deliver({ ...deactivate, uuid: "failing" });
    expect(await type(["handlers"])).toEqual([
      "greet-new-user: healthy",
      "  on user.lifecycle.create",
      "  0 waiting, 0 failed and tried again, 0 dead",
      expect.stringMatching(
        /^tell-hr: failing since \d\d:\d\d, 1 run waits, "its settings: HR_TOKEN is not set"$/,
      ),
      "  on user.lifecycle.deactivate, with a `when`",
      "  not usable  HR_TOKEN is not set",
      "  0 waiting, 1 failed and tried again, 0 dead",
      "  -> npm run hook -- replay --retrying --handler tell-hr",
      "  -> npm run hook -- pause tell-hr",
    ]);
    serve("locally", { HR_TOKEN: "0123456789abcdef" });
    const [, hr] = JSON.parse((await type(["handlers", "--json"])).join());
    expect(hr).toMatchObject({
      name: "tell-hr",
      on: ["user.lifecycle.deactivate"],
      when: true,
      line: null,
      circuit: true,
      settings: [{ variable: "HR_TOKEN", problem: null }],
      registered: true,
      pausedAt: null,
      failing: expect.stringMatching(/^failing since/),
      runs: { waiting: 0, retrying: 1, dead: 0 },
    });
  });

  test("is waited for by preview, which says what each handler made of it", async () => {
    expect((await type(["preview"])).at(-1)).toBe("  done greet-new-user, 1 try");
    expect((await type(["preview", "user.lifecycle.deactivate"])).at(-1)).toMatch(
      /^ {2}retrying tell-hr, 1 try, next try .+: its settings: HR_TOKEN is not set$/,
    );
    expect((await type(["preview", "user.account.lock"])).at(-1)).toBe("  no handler listens to it");
    expect(await type(["preview", "--no-wait"])).toHaveLength(3);
    const fast = { now: () => Date.now() + 3_600_000, wait: async () => true };
    expect((await type(["preview"], {}, fast)).join("\n")).not.toContain("seen before");
    const { out } = await typeHook(["preview", "--json"], { prompter: person });
    expect(JSON.parse(out)).toMatchObject({
      deliveries: [{ status: 204, problem: null }],
      events: [{ runs: [{ handler: "greet-new-user", state: "done", attempts: 1 }], filteredOut: [] }],
    });
  });

  test("is not waited for where the handler is paused", async () => {
    await type(["pause", "greet-new-user"]);
    const lines = await type(["preview"]);
    expect(lines.at(-1)).toBe("  waiting greet-new-user, 0 tries, its handler is paused");
    await type(["resume", "greet-new-user"]);
  });

  test("is followed: each event once, when its handlers have finished", async () => {
    await deliver({ ...event, uuid: "before" });
    const looks = [() => deliver(event), () => deliver({ ...event, uuid: "second" })];
    const lines = await type(
      ["events", "--follow"],
      {},
      {
        now: () => Date.now(),
        wait: async () => {
          const next = looks.shift();
          await next?.();
          return next !== undefined;
        },
      },
    );
    expect(lines.filter((line) => line.startsWith("  "))).toEqual([`  done  ${uuid}`, "  done  second"]);
  });

  test("is followed where a handler failed alone", async () => {
    const looks = [() => deliver(event, { ...deactivate, uuid: "failing" })];
    const clock = {
      now: () => Date.now(),
      wait: async () => {
        const next = looks.shift();
        await next?.();
        return next !== undefined;
      },
    };
    const lines = await type(["events", "--failed", "--follow"], {}, clock);
    expect(lines.filter((line) => line.startsWith("  "))).toEqual([
      expect.stringMatching(/^ {2}retrying, next try in \d+ s {2}failing$/),
    ]);
  });

  test("is followed where more come at once than the API gives at a time", async () => {
    await deliver({ ...event, uuid: "before" });
    const many = Array.from({ length: 230 }, (_, number) => ({
      ...event,
      uuid: `many-${number}`,
      eventType: "user.account.lock",
    }));
    let looks = 0;
    const wait = async () => {
      if (looks === 0) await deliver(...many);
      looks += 1;
      return looks === 1;
    };
    const clock = { now: () => Date.now(), wait };
    const lines = await type(["events", "--follow"], {}, clock);
    expect(new Set(lines.filter((line) => line.startsWith("  no handler")))).toHaveLength(230);
  });
});

test("the doctor's try of a wrong secret is no rejection on the page, a stranger's is", async () => {
  serve("locally", { OKTA_HOOK_SECRET: "Basic a-secret-of-this-test-0123456789" });
  const call = (headers: Record<string, string>) =>
    site.api(new Request("http://localhost:1337/okta-webhooks-endpoint", { headers }));
  const challenge = { "x-okta-verification-challenge": "c" };
  expect((await call({ ...challenge, [PROBE_HEADER]: "1" })).status).toBe(401);
  expect((await call(challenge)).status).toBe(401);
  await site.settled();
  const { rows } = await instanceDatabase.query<{ headers: string }>("select headers from rejections", [], {
    timeoutMs: 5_000,
  });
  expect(rows.map(({ headers }) => Object.keys(JSON.parse(headers)))).toEqual([Object.keys(challenge)]);
});

test("--since leaves out what was published before", async () => {
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  await deliver(
    { ...event, uuid: "old", published: "2026-11-02T09:30:00.000Z" },
    { ...event, published: hourAgo },
  );
  const listed = JSON.parse((await type(["events", "--since", "2h", "--json"])).join());
  expect(listed.map((one: { uuid: string }) => one.uuid)).toEqual([uuid]);
  await expect(type(["events", "--since", "yesterday"])).rejects.toThrow("Give 30m, 2h, 7d");
});

test("--person lists what somebody did, and what was done to them", async () => {
  const joe = { id: "00ujoe", type: "User", alternateId: "joe@example.com" };
  await deliver(
    event,
    { ...event, uuid: "by-jane", actor: event.target[0], target: [joe] },
    { ...event, uuid: "of-joe", target: [joe] },
  );
  const listed = JSON.parse((await type(["events", "--person", "jane@example.com", "--json"])).join());
  expect(listed.map((one: { uuid: string }) => one.uuid).sort()).toEqual([uuid, "by-jane"].sort());
});

test("a stored event of a deployed site is delivered here, to the byte", async () => {
  const json = JSON.stringify({ ...event, n: 1e21 });
  await deliver(json);
  const bodies: string[] = [];
  vi.stubGlobal("fetch", async (url: URL, init?: RequestInit) => {
    if (url.hostname === "localhost") {
      bodies.push(Buffer.from(init?.body as Uint8Array).toString());
      return new Response(null, { status: 204 });
    }
    return await site.api(new Request(url, init));
  });
  serveOnly("deployed", { INSPECTOR_PASSWORD: password });
  const words = ["preview", "--from", uuid.slice(0, 8), "--url", "https://site.example", "--no-wait"];
  const lines = await type(words, { INSPECTOR_PASSWORD: password });
  expect(lines[0]).toBe("POST http://localhost:1337/okta-webhooks-endpoint");
  expect(lines.at(-1)).toContain(uuid);
  expect(bodies).toEqual([expect.stringContaining(`"events":[${json}]`)]);
});

describe("the beginning of a uuid", () => {
  test("will do where it means one event", async () => {
    await deliver(event, { ...event, uuid: "5a1d-other" });
    expect((await type(["show", uuid.slice(0, 6)])).join()).toContain(uuid);
  });

  test("is refused where it means several, or none", async () => {
    await deliver(event, { ...event, uuid: "5a1d-other" });
    await expect(type(["show", "5a1d"])).rejects.toThrow(
      `More than one event's uuid begins with 5a1d: 5a1d-other, ${uuid}.`,
    );
    await expect(type(["show", "ffff"])).rejects.toThrow("No event's uuid begins with ffff.");
    await expect(type(["show", "5a1"])).rejects.toThrow(
      "No event's uuid is 5a1, and a beginning needs at least 4 characters.",
    );
  });

  test("is no beginning where it is a whole uuid, however short", async () => {
    await deliver({ ...event, uuid: "ab" }, { ...event, uuid: "abcd" }, { ...event, uuid: "abcd-other" });
    expect((await type(["show", "ab", "--json"])).join()).toContain('"uuid":"ab"');
    expect((await type(["show", "abcd", "--json"])).join()).toContain('"uuid":"abcd"');
  });
});

test.each(["", "..", ".", "Not A Name"])("pause and resume refuse %j as a name", async (name) => {
  for (const command of ["pause", "resume"]) {
    await expect(type([command, name])).rejects.toThrow("Give a handler's name");
  }
});

test.each(["show", "replay"])("%s says so when its uuid is empty", async (command) => {
  await expect(type([command, ""])).rejects.toThrow("Give the uuid of an event.");
});

describe("replay", () => {
  test("runs an event's handlers again", async () => {
    await deliver(event);
    expect(await type(["replay", uuid])).toEqual(["1 run was queued"]);
    expect(await type(["replay", uuid, "--handler", "greet-new-user"])).toEqual(["1 run was queued"]);
  });

  test("takes several, and one that is wrong does not keep the others back", async () => {
    await deliver(event, { ...event, uuid: "second" });
    const { lines, code } = await typeHook(["replay", uuid, "nobody", "second"]);
    await site.settled();
    expect(lines).toEqual([
      `${uuid}: 1 run was queued`,
      "nobody: No event's uuid begins with nobody. npm run hook -- events lists them.",
      "second: 1 run was queued",
    ]);
    expect(code).toBe(1);
  });

  test("finds no dead letters where all went well", async () => {
    await deliver(event);
    expect(await type(["replay", "--dead"])).toEqual(["0 runs were queued"]);
  });

  test.each([
    [["replay"], "Say what to replay"],
    [["replay", uuid, "--dead"], "Events that are named take --handler alone beside them."],
    [["replay", "--error", "x", "--since", "2d"], "--error goes with --dead or --retrying"],
  ])("%j: says what is missing, or too much", async (words, sentence) => {
    await expect(type(words)).rejects.toThrow(sentence);
  });

  describe("of stored events", () => {
    const forget = (where: string) =>
      instanceDatabase.query(`delete from runs where ${where}`, [], { timeoutMs: 5_000 });
    const created = ["event-1", "event-2", "event-3"].map((one) => ({ ...event, uuid: one }));
    const lock = { ...event, uuid: "a-lock", eventType: "user.account.lock" };

    test("runs a handler that did not exist when they came, and nothing that it ran for", async () => {
      await deliver(...created, lock);
      await forget("event_uuid <> 'event-3'");
      person.answer = true;
      expect(await type(["replay", "--handler", "greet-new-user", "--since", "7d"])).toEqual([
        "2 runs were queued",
      ]);
      expect(person.asked.at(-1)).toBe("Queue 2 runs of greet-new-user?");
      expect(
        (await type(["events", "--handler", "greet-new-user"])).filter((line) => line.startsWith("  done")),
      ).toHaveLength(3);
      expect(await type(["replay", "--handler", "greet-new-user", "--since", "7d"])).toEqual([
        "0 runs were queued",
      ]);
    });

    test("runs what a catch-up by hand left without runs, and ends when it is through", async () => {
      await deliver(...created, lock);
      await forget("true");
      const words = [
        "replay",
        "--type",
        "user.lifecycle.create",
        "--since",
        "2d",
        "--state",
        "none",
        "--wait",
        "--yes",
      ];
      expect(await type(words)).toEqual(["3 runs were queued", "They are through."]);
      expect((await type(["show", "event-1"])).join("\n")).toContain("done greet-new-user, 1 try");
    });

    test("runs again what is done where --state says so", async () => {
      await deliver(...created);
      const words = ["replay", "--type", "user.lifecycle.create", "--state", "done", "--yes", "--json"];
      expect(JSON.parse((await type(words)).join())).toEqual({ queued: 3, left: [] });
    });

    test("queues nothing where nobody agrees", async () => {
      await deliver(...created);
      await forget("true");
      person.answer = undefined;
      await expect(type(["replay", "--since", "2d"])).rejects.toThrow(
        "Nothing was queued: give --yes to queue them.",
      );
      expect(await type(["events", "--state", "done"])).toEqual(["No event fits."]);
    });
  });

  test("tries retries now, of one handler or of one kind of failure", async () => {
    await deliver({ ...event, eventType: "user.lifecycle.deactivate" });
    expect(await type(["replay", "--retrying", "--handler", "greet-new-user", "--yes"])).toEqual([
      "0 runs were queued",
    ]);
    person.answer = true;
    expect(await type(["replay", "--retrying", "--error", "HR_TOKEN is not set"])).toEqual([
      "1 run was queued",
    ]);
    expect(person.asked.at(-1)).toBe("Replay 1 retry of tell-hr?");
    expect((await type(["show", uuid])).join("\n")).toMatch(/retrying tell-hr, [23] tries/);
  });

  test("says that the handler is none of this event's", async () => {
    await deliver(event);
    expect(await type(["replay", uuid, "--handler", "nobody"])).toEqual([
      "No handler of that name listens to events of this type. Handlers are listed in netlify/handlers/index.ts.",
    ]);
  });
});

describe("discard", () => {
  /** Four dead letters: two events, of which each handler failed. */
  async function bury() {
    await deliver(makeEvent("event-1"), makeEvent("event-2"));
    const letters = ["event-1", "event-2"].flatMap((uuid) =>
      ["greet-new-user", "renamed"].map((handler) => ({ uuid, handler, failures: 1, error: "no answer" })),
    );
    const statement = addRuns(letters.map((letter) => ({ ...letter, state: "dead" as const })));
    // Its runs for the handler that exists are there, and done.
    await instanceDatabase.query("delete from runs", [], { timeoutMs: 5_000 });
    await instanceDatabase.query(...statement, { timeoutMs: 5_000 });
  }
  const left = async () => (await countFailingRuns(instanceDatabase)).dead;

  test("follows from `dead`, which lists them by handler and error", async () => {
    await bury();
    expect(await type(["dead"])).toEqual(
      expect.arrayContaining([
        '2 dead  greet-new-user: "no answer"',
        '2 dead  renamed (this handler does not exist any more): "no answer"',
      ]),
    );
    expect(JSON.parse((await type(["dead", "--json"])).join())).toContainEqual(
      expect.objectContaining({
        handler: "renamed",
        error: "no answer",
        registered: false,
        dead: 2,
        lastAt: expect.any(String),
        eventTypes: ["user.lifecycle.create"],
        examples: [
          { uuid: "event-2", person: expect.anything() },
          { uuid: "event-1", person: expect.anything() },
        ],
      }),
    );
    expect((await type(["handlers"])).join("\n")).toMatch(
      /renamed: 2 dead letters.*\n {2}not in index\.ts any more/,
    );
  });

  test.each([
    [["event-1"], "the dead letters of this event", "2 dead letters were discarded", 2],
    [["event-1", "event-2"], "the dead letters of these 2 events", "4 dead letters were discarded", 0],
    [["--handler", "renamed"], "Discard 2 dead letters?", "2 dead letters were discarded", 2],
    [["event-1", "--handler", "renamed"], "of this event", "1 dead letter was discarded", 3],
    [["--dead"], "Discard 4 dead letters?", "4 dead letters were discarded", 0],
    [["--dead", "--error", "no answer"], "Discard 4 dead letters?", "4 dead letters were discarded", 0],
  ])("%j asks, then discards them", async (words, asked, said, stay) => {
    await bury();
    person.answer = true;

    expect(await type(["discard", ...words])).toEqual([said]);

    expect(person.asked.at(-1)).toContain(asked);
    expect(await left()).toBe(stay);
  });

  test.each([
    ["after a no", false, "Nothing was discarded."],
    ["where nobody is there to ask", undefined, "Nothing was discarded: give --yes to discard."],
  ])("leaves them %s", async (_, answer, sentence) => {
    await bury();
    person.answer = answer;

    await expect(type(["discard", "--dead"])).rejects.toThrow(sentence);

    expect(await left()).toBe(4);
  });

  test("--yes does not ask", async () => {
    await bury();
    person.answer = undefined;

    expect(await type(["discard", "--dead", "--yes"])).toEqual(["4 dead letters were discarded"]);
  });

  test.each([[["discard"]], [["discard", uuid, "--dead"]]])(
    "%j: names nothing, or too much",
    async (words) => {
      await expect(type(words)).rejects.toThrow(
        "Name events by their uuid, a handler with --handler, an error with --error, or say --dead",
      );
    },
  );

  test("is what a replay names for those that it leaves, with how many there are", async () => {
    await bury();

    expect(await type(["replay", "--dead", "--handler", "greet-new-user", "--yes"])).toEqual([
      "2 runs were queued",
    ]);
    await bury();
    expect(await type(["replay", "--dead", "--yes"])).toEqual([
      "2 runs were queued",
      "2 dead letters were left: no handler has their name any more. Give one that name again, or: npm run hook -- discard --handler <name>",
    ]);
  });
});

test("an event that was published too long ago says why nothing ran, and a replay runs it", async () => {
  await deliver(makeEvent("event-1", { published: "2020-01-01T00:00:00Z" }));

  const shown = (await type(["show", "event-1"])).join("\n");
  expect(shown).toContain("published more than 90 days before it came");
  expect(shown).toContain("no handler ran for it");
  expect(vi.mocked(console.info).mock.calls.flat().join("\n")).toContain("published more than 90 days ago");
  await type(["replay", "event-1"]);
  expect(await type(["show", "event-1"])).toContain("  done greet-new-user, 1 try");
});

describe("a deployed site", () => {
  const url = ["--url", "https://site.example"];

  test("opens to the password", async () => {
    await deliver(event);
    serve("deployed", { INSPECTOR_PASSWORD: password });
    const lines = await type(["events", ...url], { INSPECTOR_PASSWORD: password });
    expect(lines.at(-1)).toBe(`  done  ${uuid}`);
  });

  test.each([
    ["without a password", { INSPECTOR_PASSWORD: password }, {}, /Sign in with the password/],
    [
      "to a wrong one",
      { INSPECTOR_PASSWORD: password },
      { INSPECTOR_PASSWORD: "another-password" },
      /Sign in/,
    ],
    ["where none is set", {}, { INSPECTOR_PASSWORD: password }, /The inspector is closed/],
  ])("stays closed %s", async (_, deployed, mine, sentence) => {
    await deliver(event);
    serve("deployed", deployed);
    await expect(type(["events", ...url], mine)).rejects.toThrow(sentence);
  });

  test("is followed only by somebody who was told what it costs", async () => {
    person.answer = undefined;
    await expect(type(["events", "--follow", ...url])).rejects.toThrow("which costs: give --yes to follow.");
    person.answer = false;
    await expect(type(["events", "--follow", ...url])).rejects.toThrow(
      "keeps its database awake, which costs.",
    );
    expect(person.asked.at(-1)).toContain("10 of Netlify's credits an hour");
  });

  test("whose address redirects does not get the password carried on", async () => {
    const calls: Request[] = [];
    vi.stubGlobal("fetch", async (url: URL, init?: RequestInit) => {
      calls.push(new Request(url, init));
      return new Response(null, { status: 301, headers: { location: "https://elsewhere.example/" } });
    });
    await expect(type(["events", ...url], { INSPECTOR_PASSWORD: password })).rejects.toThrow("redirect");
    expect(calls.map((call) => [new URL(call.url).origin, call.redirect])).toEqual([
      ["https://site.example", "manual"],
    ]);
  });

  test("that limits calls says when to come back", async () => {
    vi.stubGlobal("fetch", async () => new Response("Too many requests", { status: 429 }));
    await expect(type(["events", ...url])).rejects.toThrow("Try again in a minute.");
  });

  test("never gets the password in the clear", async () => {
    const words = ["events", "--url", "http://site.example"];
    await expect(type(words, { INSPECTOR_PASSWORD: password })).rejects.toThrow(
      "The password goes to https or to this machine only, not to http://site.example.",
    );
  });
});
