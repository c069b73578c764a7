/** Forgetting a person takes that person, whole, and nobody else. */
import { beforeEach, describe, expect, test } from "vitest";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { makeEvent } from "../support/deliveries.ts";
import { jane, john, sliceACall, useForgettingSite } from "../support/forgetting-site.ts";
import { typeHook } from "../support/type-hook.ts";

/** Waits for its next try until the test ends. */
const waits = defineHandler({
  name: "waits",
  on: "group.user_membership.add",
  retries: 3,
  handle() {
    throw new Error("later");
  },
});

const { work, handle, forget, post, kept, dump } = useForgettingSite([waits]);

let numbered = 0;
beforeEach(() => {
  numbered = 0;
});

/** A user of this login. */
function user(login: string, displayName = "Somebody Else") {
  numbered += 1;
  return {
    id: `00u${numbered}of${login.replaceAll(/\W/g, "")}`,
    type: "User",
    alternateId: login,
    displayName,
  };
}

/** One sentence. */
const REFUSAL = /(Give a login|Okta writes this|No event has this)[^.]*\.$/;

const about = (uuid: string, ...target: readonly object[]) => makeEvent(uuid, { target });
const saying = (uuid: string, debugData: object) =>
  makeEvent(uuid, { target: [john], debugContext: { debugData } });

describe("nobody else", () => {
  test.each([
    ["ann@acme.com", "joann@acme.com"],
    ["lee@x.co", "lee@x.com"],
    ["brien@acme.com", "o'brien@acme.com"],
    ["jane@acme.com", "x+jane@acme.com"],
    ["doe@acme.com", "jane.doe@acme.com"],
    ["müller@acme.com", "jmüller@acme.com"],
  ])("%s is forgotten, and %s is not", async (forgotten, other) => {
    await handle(
      about("theirs", user(forgotten)),
      about("of-the-other", user(other)),
      saying("says-other", { text: `signed in as ${other}, from /users/${other}/x` }),
    );
    await handle(makeEvent("held", { eventType: "group.user_membership.add", target: [user(other)] }));
    expect(await forget(forgotten, "--also-unfinished")).toMatchObject({ code: 0 });
    expect(await kept()).toEqual(["held", "of-the-other", "says-other"]);
    expect(await work().sql("select from runs")).toHaveLength(1);
  });

  test("a name alone takes nothing: no header, no envelope, no event of somebody whose name has it", async () => {
    const son = { ...user("s@acme.com"), displayName: "Son" };
    await handle(about("his", son), about("of-mason", user("mason@acme.com", "Mason Son")));
    const calls = () => work().sql("select headers, envelope, unreadable from deliveries order by id");
    const before = await calls();
    await forget(son.id);
    expect(await kept()).toEqual(["of-mason"]);
    expect(await calls()).toEqual(before);
  });

  test("a login that is a word takes nobody of that name, and no city", async () => {
    await handle(
      about("his", user("florence")),
      about("of-her", user("flo@acme.com", "Florence Night")),
      makeEvent("from-there", { target: [john], client: { geographicalContext: { city: "Florence" } } }),
    );
    await forget("florence");
    expect(await kept()).toEqual(["from-there", "of-her"]);
  });

  test.each(["unknown", "system@okta.com", "acme.com", "@acme.com", "User", "SUCCESS", "null", "ab"])(
    "%s names nobody in particular, and is refused",
    async (who) => {
      await handle(
        about("one", user("ann@acme.com"), {
          id: who,
          type: "AppInstance",
          alternateId: who,
          displayName: who,
        }),
      );
      const answer = await post({ who, erase: true });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ detail: expect.stringMatching(REFUSAL) });
      const { code, error } = await forget(who);
      expect(code).not.toBe(0);
      expect(String(error)).toMatch(REFUSAL);
      expect(await kept()).toEqual(["one"]);
    },
  );

  test("a login without @ that looks like a domain is one where an event has it", async () => {
    await handle(about("his", user("jane.doe")), saying("says", { text: "for jane.doe" }));
    expect(await forget("jane.doe")).toMatchObject({ code: 0 });
    expect(await kept()).toEqual([]);
  });

  test("the one who has an old login of theirs now is not learnt by their id", async () => {
    const old = { ...jane, id: "00uOld", alternateId: "jd@acme.com" };
    const renamed = { ...old, alternateId: "jane.roe@acme.com" };
    const holder = { id: "00uNew", type: "User", alternateId: "jd@acme.com", displayName: "Jim Dean" };
    const later = { ...holder, alternateId: "jim.dean@acme.com" };
    await handle(
      about("old", old),
      about("renamed", renamed),
      makeEvent("failed-sign-in", { actor: { id: "unknown", alternateId: "jane.roe@acme.com" }, target: [] }),
      about("holder", holder),
      about("later", later),
    );
    const { lines } = await forget("00uOld");
    expect(await kept()).toEqual(["holder", "later"]);
    expect(lines).toContain(
      "Somebody else has or had jd@acme.com too: what names the person by this login alone stays. To forget both, give the login.",
    );
  });

  test("before the question it names whose events go", async () => {
    const holder = { id: "00uNew", type: "User", alternateId: "jd@acme.com", displayName: "Jim Dean" };
    await handle(
      about("one", { ...jane, alternateId: "jd@acme.com" }),
      about("two", { ...jane, alternateId: "jd@acme.com" }),
      about("three", holder),
      saying("four", { text: "for jd@acme.com" }),
    );
    const { lines } = await typeHook(["forget", "jd@acme.com"], { answer: false });
    const question = lines.indexOf("? Forget them? This cannot be undone.");
    expect(lines.slice(0, question)).toEqual([
      "Also known as: jd@acme.com, 00uJane, 00uNew, Jane Doe, Jim Dean",
      "Stored of them: 4 events, 0 other texts.",
      "Whose events go:",
      "  jd@acme.com (Jane Doe, 00uJane): 2 events",
      "  Admin@example.com (Ada Admin, 00uadmin): 1 event",
      "  jd@acme.com (Jim Dean, 00uNew): 1 event",
    ]);
  });
});

describe("whole", () => {
  test("205 app users of one login", async () => {
    const appUsers = Array.from({ length: 205 }, (_, number) => ({
      id: `0uaJane${number}`,
      type: "AppUser",
      alternateId: "Jane.Doe@example.com",
      displayName: "Jane Doe",
    }));
    await handle(
      about("one", jane, ...appUsers),
      saying("two", { appUser: "0uaJane0" }),
      saying("three", { appUser: "0uaJane204" }),
    );
    expect(await forget("jane.doe@example.com")).toMatchObject({ code: 0 });
    expect(await dump()).not.toMatch(/jane/i);
  });

  test.each([
    ["a name of 300 characters", `Jane ${"x".repeat(300)}`],
    ["a name with NUL", "Jane \0 Doe"],
    ["a name with half a surrogate pair", "Jane \uD83D Doe"],
  ])("%s", async (_, displayName) => {
    await handle(about("one", { ...jane, displayName }));
    expect(await forget("00uJane")).toMatchObject({ code: 0 });
    expect(await dump()).not.toMatch(/jane/i);
  });

  test.each([
    ["percent-encoded", { url: "https://acme.com/?u=jane.doe%40example.com&x=1" }],
    ["percent-encoded twice", { url: "https://acme.com/?to=%2Fu%3Djane.doe%2540example.com" }],
    ["percent-encoded, its dots too", { url: "https://acme.com/?u=jane%2Edoe%40example%2ecom" }],
    ["JSON in a string, with escapes", { log: '{"u":"jane.doe\\u0040example.com"}' }],
    ["JSON in a string, after a line feed", { log: '{"u":"for\\njane.doe@example.com"}' }],
    ["as a key", { "jane.doe@example.com": "yes" }],
    ["at the end of a sentence", { text: "Mail went to jane.doe@example.com." }],
    ["in quotes", { text: "User 'jane.doe@example.com' is locked" }],
    ["in a path", { path: "/api/v1/users/00uJane/lifecycle" }],
    ["in capitals", { text: "JANE.DOE@EXAMPLE.COM" }],
  ])("a mention %s", async (_, debugData) => {
    await handle(about("one", jane), saying("mentions", debugData));
    await forget("00uJane");
    expect(await kept()).toEqual([]);
  });

  test("a login and a quoted name in raw parts, however they are written; the other parts stay", async () => {
    const raw = (party: object) => JSON.stringify(makeEvent("x", { uuid: null, target: [party] }));
    await handle(
      about("one", jane),
      raw({ ...jane, displayName: 'Jane "JD" Doe' })
        .replaceAll("@", "\\u0040")
        .replaceAll("00uJane", "other"),
      raw(john),
    );
    await forget("00uJane");
    expect(await dump()).not.toMatch(/jane/i);
    expect(await work().sql("select unreadable from deliveries")).toEqual([
      { unreadable: expect.stringContaining("John Roe") },
    ]);
  });

  test("ids of calls that repeat them; the other headers stay", async () => {
    await handle(about("one", jane));
    await work().sql(
      `update deliveries set hookdeck_event_id = 'evt:00uJane', origin = 'hookdeck',
         hookdeck_url = 'https://dashboard.hookdeck.com/events/00uJane', event_id = '00uJane/1',
         headers = '{"referer": "https://acme.com/?u=jane.doe%40example.com", "accept": "application/json"}'`,
    );
    await forget("00uJane");
    expect(await dump()).not.toMatch(/jane/i);
    expect(await work().sql("select headers from deliveries")).toEqual([
      { headers: '{"accept":"application/json"}' },
    ]);
  });

  test("what is known by the id alone, though the events that tell it are emptied calls before", async () => {
    await handle(
      about("a-tells-the-id", jane),
      ...Array.from({ length: 1_500 }, (_, number) => about(`event-${number}`, john)),
      saying("z-has-the-id", { who: "00uJane" }),
    );
    sliceACall();
    expect(await forget("jane.doe@example.com", "--json")).toMatchObject({
      out: expect.stringContaining('"events": 2'),
    });
    expect(await dump()).not.toMatch(/jane/i);
  });

  test("a login that they had long ago", async () => {
    await handle(
      makeEvent("aa", {
        target: [{ ...jane, alternateId: "jane.young@example.com" }],
        published: "2026-11-01T00:00:00Z",
      }),
      makeEvent("bb", {
        actor: { id: "unknown", alternateId: "jane.young@example.com" },
        target: [],
        published: "2026-11-01T00:00:01Z",
      }),
    );
    await handle(...Array.from({ length: 300 }, (_, number) => about(`event-${number}`, jane)));
    await forget("jane.doe@example.com");
    expect(await dump()).not.toMatch(/jane/i);
  });
});
