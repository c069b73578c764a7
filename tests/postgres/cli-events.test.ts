/** `hook -- events`, `show` and `replay`, over the site's own doors and a real Postgres. */
import { Command } from "commander";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { processContext } from "../../netlify/cli/cli-context.ts";
import { eventsCommand, replayCommand, showCommand } from "../../netlify/cli/events/commands.ts";
import { discardCommand } from "../../netlify/cli/events/discard.ts";
import { CommandError } from "../../netlify/cli/terminal.ts";
import { instanceDatabase } from "../../netlify/events/database/instance-database.ts";
import { countDeadLetters } from "../../netlify/events/work/queue/dead-letters.ts";
import { type RealApi, realApi } from "../browser/support/real-api.ts";
import { makeBody, makeEvent } from "../support/deliveries.ts";
import { fakeTerminal } from "../support/fake-terminal.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";

const password = "a-password-of-this-test";
const uuid = "5a1d0f9e-8d3c-4d7c-9b0e-0d5b7f6a1c11";

let postgres: Postgres;
let site: RealApi;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await postgres.destroy();
});
beforeEach(async () => {
  await instanceDatabase.close();
  vi.stubEnv("NETLIFY_DB_URL", await postgres.createDatabase());
  for (const level of ["log", "info", "warn", "error"] as const) vi.spyOn(console, level).mockReturnValue();
  serve("locally");
  return () => instanceDatabase.close();
});

/** Puts the site's doors where the commands' calls go. */
function serve(where: "locally" | "deployed", environment: Record<string, string> = {}) {
  site = realApi(where, environment);
  vi.stubGlobal("fetch", (url: URL, init?: RequestInit) => site.api(new Request(url, init)));
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
async function type(words: readonly string[], environment: Record<string, string> = {}) {
  const terminal = fakeTerminal();
  const program = new Command().exitOverride();
  for (const command of [eventsCommand, showCommand, replayCommand]) {
    program.addCommand(command((name) => environment[name], terminal).copyInheritedSettings(program));
  }
  const context = {
    ...processContext(
      (name) => environment[name],
      terminal,
      async () => [],
    ),
    person,
  };
  program.addCommand(discardCommand(context).copyInheritedSettings(program));
  await program.parseAsync(words, { from: "user" });
  await site.settled();
  return terminal.lines;
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
      "  later",
      "2026-11-02T09:30:00.000Z  user.lifecycle.create: Jane Doe (00ujane) by Ada Admin (00uadmin)",
      `  ${uuid}`,
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
        ["uuid", "eventType", "summary", "lastError", "departures"].includes(key)
          ? key === "departures"
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

test.each(["show", "replay"])("%s says so when its uuid is empty", async (command) => {
  await expect(type([command, ""])).rejects.toThrow("Give the uuid of an event.");
});

describe("replay", () => {
  test("runs an event's handlers again", async () => {
    await deliver(event);
    expect(await type(["replay", uuid])).toEqual(["1 run was queued"]);
    expect(await type(["replay", uuid, "--handler", "greet-new-user"])).toEqual(["1 run was queued"]);
  });

  test("finds no dead letters where all went well", async () => {
    await deliver(event);
    expect(await type(["replay", "--dead"])).toEqual(["0 runs were queued"]);
  });

  test.each([[["replay"]], [["replay", uuid, "--dead"]]])("%j: names neither or both", async (words) => {
    await expect(type(words)).rejects.toThrow(
      "Name one event by its uuid, or say --dead for all dead letters.",
    );
  });

  test("says that the handler is none of this event's", async () => {
    await deliver(event);
    await expect(type(["replay", uuid, "--handler", "nobody"])).rejects.toBeInstanceOf(CommandError);
  });
});

describe("discard", () => {
  /** Four dead letters: two events, of which each handler failed. */
  async function bury() {
    await deliver(makeEvent("event-1"), makeEvent("event-2"));
    await instanceDatabase.query(
      `insert into pgboss.job (name, data, singleton_key, source_name, source_id, source_output)
       select 'dead-letters', jsonb_build_object('uuid', uuid, 'eventType', 'user.lifecycle.create', 'handler', handler), uuid,
         'handler-runs', gen_random_uuid(), '{"message":"no answer"}'
       from unnest(array['event-1', 'event-2']) as uuid, unnest(array['greet-new-user', 'renamed']) as handler`,
      [],
      { timeoutMs: 5_000 },
    );
  }
  const left = async () => await countDeadLetters(instanceDatabase);

  test.each([
    [["event-1"], "the dead letters of event event-1", "2 dead letters were discarded", 2],
    [["--handler", "renamed"], "the dead letters of handler renamed", "2 dead letters were discarded", 2],
    [
      ["event-1", "--handler", "renamed"],
      "of event event-1 of handler renamed",
      "1 dead letter was discarded",
      3,
    ],
    [["--dead"], "all dead letters", "4 dead letters were discarded", 0],
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
        "Name one event by its uuid, a handler with --handler, or say --dead",
      );
    },
  );

  test("is what a replay names for those that it leaves, with how many there are", async () => {
    await bury();

    expect(await type(["replay", "--dead"])).toEqual([
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
    expect(lines.at(-1)).toBe(`  ${uuid}`);
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
