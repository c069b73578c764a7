import { describe, expect, test } from "vitest";
import type { Call } from "./call-log.ts";
import { type Evidence, judge, type Wrong } from "./judge.ts";
import type { Transition } from "./run-history.ts";

/** One thing that happened to a run: a state that it came into, or its handler's call. Times are in milliseconds. */
type Step =
  | ({ readonly state: string; readonly at: number } & Partial<Transition>)
  | ({ readonly call: number; readonly until: number | null } & Partial<Omit<Call, "call">>);

/** A run, told step by step. */
function story(handler: string, uuid: string, published: number, ...steps: readonly Step[]) {
  const history: Transition[] = [];
  const calls: Call[] = [];
  let tries = 0;
  for (const step of steps) {
    if ("call" in step) {
      const { call, until, ...fields } = step;
      const begun = {
        call: `${uuid}:${call}`,
        pid: 1,
        handler,
        uuid,
        attempt: 1,
        late: false,
        beganAt: call,
      };
      calls.push({ ...begun, outcome: until === null ? null : "done", endedAt: until, ...fields });
      continue;
    }
    const { state, at, ...fields } = step;
    if (state === "running") tries += 1;
    history.push({
      uuid,
      handler,
      key: handler === "plain" ? null : "00u1",
      published,
      seq: published,
      was: history.at(-1)?.state ?? null,
      state,
      tries,
      failures: history.at(-1)?.failures ?? 0,
      late: false,
      isReplay: false,
      supersededBy: null,
      began: at,
      committed: at + 1,
      ...fields,
    });
  }
  return { history, calls };
}

function judged(stories: readonly ReturnType<typeof story>[], fields: Partial<Evidence> = {}) {
  const { wrong } = judge({
    acknowledged: [],
    handlers: [
      { name: "plain", line: null, circuit: false },
      { name: "ordered", line: "order", circuit: false },
      { name: "newest", line: "latest", circuit: false },
    ],
    calls: stories.flatMap(({ calls }) => calls),
    history: stories.flatMap(({ history }) => history),
    circuits: [],
    pauses: [],
    ended: new Map(),
    kills: 0,
    leaseMs: 1_000,
    stuckLines: 0,
    deadlocks: 0,
    interrupted: [],
    loadedMs: 0,
    drainedMs: 0,
    hotKey: "00u1",
    ...fields,
  });
  return Object.keys(wrong);
}

const done = (handler: string, uuid: string, published: number, at: number) =>
  story(
    handler,
    uuid,
    published,
    { state: "running", at },
    { call: at + 2, until: at + 4 },
    { state: "done", at: at + 5 },
  );

const circuit = (fields: { isOpen?: boolean; isCatchingUp?: boolean; began: number }) => ({
  handler: "plain",
  isOpen: false,
  isCatchingUp: false,
  committed: fields.began,
  ...fields,
});

describe("the judge of the stress test finds nothing wrong with", () => {
  test("a line that runs oldest first, also where the oldest came last", () => {
    expect(
      judged([
        done("ordered", "b", 2, 10),
        story(
          "ordered",
          "c",
          3,
          { state: "held", at: 11 },
          { state: "waiting", at: 30 },
          { state: "running", at: 40 },
          { call: 42, until: 44 },
          { state: "done", at: 45 },
        ),
        story(
          "ordered",
          "a",
          1,
          { state: "held", at: 12 },
          { state: "waiting", at: 15 },
          { state: "running", at: 20, late: true },
          { call: 22, until: 24, late: true },
          { state: "done", at: 25 },
        ),
      ]),
    ).toEqual([]);
  });

  test("a run that is taken after another has ended, by a statement that had begun and waited before that one was taken", () => {
    expect(
      judged([
        story(
          "ordered",
          "a",
          1,
          { state: "running", at: 20, committed: 21 },
          { call: 22, until: 24 },
          { state: "done", at: 25 },
        ),
        story(
          "ordered",
          "b",
          2,
          { state: "held", at: 15 },
          { state: "waiting", at: 25, committed: 26 },
          { state: "running", at: 18, committed: 30 },
          { call: 32, until: 34 },
          { state: "done", at: 35 },
        ),
      ]),
    ).toEqual([]);
  });

  test("an older run that is superseded by a newer one while it waits", () => {
    expect(
      judged([
        story(
          "newest",
          "a",
          1,
          { state: "waiting", at: 10 },
          { state: "superseded", at: 12, supersededBy: "b" },
        ),
        story(
          "newest",
          "b",
          2,
          { state: "held", at: 12 },
          { state: "waiting", at: 12 },
          { state: "running", at: 20 },
          { call: 22, until: 24 },
          { state: "done", at: 25 },
        ),
      ]),
    ).toEqual([]);
  });

  test("a probe after another while a circuit is open, and ten runs at a time when it is closed", () => {
    const states = [
      circuit({ isOpen: true, began: 5 }),
      circuit({ isCatchingUp: true, began: 25 }),
      circuit({ began: 40 }),
    ];
    const later = Array.from({ length: 10 }, (_, index) => done("plain", `event-${index}`, index, 30));
    const all = Array.from({ length: 20 }, (_, index) => done("plain", `last-${index}`, index, 50));
    expect(
      judged([done("plain", "a", 1, 10), done("plain", "b", 2, 16), ...later, ...all], { circuits: states }),
    ).toEqual([]);
  });

  test("failures, a run that is put off, a dead letter, and its replay", () => {
    expect(
      judged([
        story(
          "plain",
          "a",
          1,
          { state: "running", at: 10 },
          { call: 12, until: 13, outcome: "failed" },
          { state: "waiting", at: 15, failures: 1 },
          { state: "running", at: 20 },
          { call: 22, until: 23, attempt: 2, outcome: "later" },
          { state: "waiting", at: 25 },
          { state: "running", at: 30 },
          { call: 32, until: 33, attempt: 2, outcome: "dead" },
          { state: "dead", at: 35, failures: 2 },
          { state: "waiting", at: 40, isReplay: true, failures: 0 },
          { state: "running", at: 50 },
          { call: 52, until: 53, attempt: 1 },
          { state: "done", at: 55 },
        ),
      ]),
    ).toEqual([]);
  });

  test("a run that another took over, after its lease, from a process that was killed or frozen", () => {
    const takenOver = (until: number | null) => [
      story(
        "ordered",
        "a",
        1,
        { state: "running", at: 10 },
        { call: 12, until, outcome: until === null ? null : "aborted" },
        { state: "waiting", at: 1_100, failures: 1 },
        { state: "running", at: 1_200 },
        { call: 1_202, until: 1_204, attempt: 2, pid: 2 },
        { state: "done", at: 1_205 },
      ),
    ];
    expect(judged(takenOver(null), { ended: new Map([[1, 20]]) })).toEqual([]);
    expect(judged(takenOver(1_500))).toEqual([]);
  });
});

describe("the judge of the stress test sees", () => {
  const cases: [Wrong, string, readonly ReturnType<typeof story>[], Partial<Evidence>?][] = [
    [
      "lost",
      "a run that is not there",
      [],
      { acknowledged: ["a"], handlers: [{ name: "plain", line: null, circuit: false }] },
    ],
    ["unended", "a run that waits for ever", [story("plain", "a", 1, { state: "waiting", at: 10 })]],
    [
      "illegal",
      "a run that was done and waits again, though nobody replayed it",
      [
        story(
          "plain",
          "a",
          1,
          ...[10, 20].flatMap((at): Step[] => [
            { state: "waiting", at: at - 1 },
            { state: "running", at },
            { call: at + 2, until: at + 4 },
            { state: "done", at: at + 5 },
          ]),
        ),
      ],
    ],
    [
      "begunNotRunning",
      "a call after the end",
      [
        story(
          "plain",
          "a",
          1,
          { state: "running", at: 10 },
          { call: 12, until: 13 },
          { state: "done", at: 15 },
          { call: 30, until: 31 },
        ),
      ],
    ],
    [
      "overlapping",
      "two calls of a line at a time",
      [done("ordered", "a", 1, 10), done("ordered", "b", 2, 11)],
    ],
    [
      "overlapping",
      "two calls of a run at a time, before the lease was over",
      [
        story(
          "plain",
          "a",
          1,
          { state: "running", at: 10 },
          { call: 12, until: 500 },
          { state: "waiting", at: 100, failures: 1 },
          { state: "running", at: 110 },
          { call: 112, until: 113, attempt: 2 },
          { state: "done", at: 115 },
        ),
      ],
    ],
    [
      "outOfOrder",
      "a newer run before an older one that was there",
      [
        story(
          "ordered",
          "a",
          1,
          { state: "held", at: 5 },
          { state: "waiting", at: 30 },
          { state: "running", at: 40, late: true },
          { call: 42, until: 44, late: true },
          { state: "done", at: 45 },
        ),
        done("ordered", "b", 2, 10),
      ],
    ],
    [
      "wronglyLate",
      "a late run that was not told so",
      [done("ordered", "b", 2, 10), done("ordered", "a", 1, 20)],
    ],
    [
      "wronglyLate",
      "a run that was told it is late, and was not",
      [
        story(
          "ordered",
          "a",
          1,
          { state: "running", at: 10, late: true },
          { call: 12, until: 13, late: true },
          { state: "done", at: 15 },
        ),
      ],
    ],
    [
      "outdated",
      "an older run that went where a newer one waited",
      [
        done("newest", "a", 1, 10),
        story(
          "newest",
          "b",
          2,
          { state: "held", at: 5 },
          { state: "waiting", at: 15 },
          { state: "running", at: 20 },
          { call: 22, until: 24 },
          { state: "done", at: 25 },
        ),
      ],
    ],
    [
      "wronglySuperseded",
      "a run that does not say by which it is superseded",
      [story("newest", "a", 1, { state: "superseded", at: 10 }), done("newest", "b", 2, 20)],
    ],
    [
      "wronglySuperseded",
      "a run that is superseded by an older one",
      [
        done("newest", "a", 1, 10),
        story("newest", "b", 2, { state: "superseded", at: 20, supersededBy: "a" }),
        done("newest", "c", 3, 30),
      ],
    ],
    [
      "doneWithoutWork",
      "a run that is done though its call failed",
      [
        story(
          "plain",
          "a",
          1,
          { state: "running", at: 10 },
          { call: 12, until: 13, outcome: "failed" },
          { state: "done", at: 15 },
        ),
      ],
    ],
    [
      "doneWithoutWork",
      "a run that a process ended whose try was taken over",
      [
        story(
          "plain",
          "a",
          1,
          { state: "running", at: 10 },
          { call: 12, until: 2_100, outcome: "aborted" },
          { state: "waiting", at: 1_100 },
          { state: "running", at: 1_200 },
          { state: "done", at: 2_150 },
        ),
      ],
    ],
    [
      "triedAgain",
      "a run whose handler was through, and that is tried again",
      [
        story(
          "plain",
          "a",
          1,
          { state: "running", at: 10 },
          { call: 12, until: 13 },
          { state: "waiting", at: 15, failures: 1 },
          { state: "running", at: 20 },
          { call: 22, until: 23, attempt: 2 },
          { state: "done", at: 25 },
        ),
      ],
    ],
    [
      "deadTooSoon",
      "a dead letter after its first failure",
      [
        story(
          "plain",
          "a",
          1,
          { state: "running", at: 10 },
          { call: 12, until: 13, outcome: "failed" },
          { state: "dead", at: 15, failures: 1 },
        ),
      ],
    ],
    [
      "wrongTries",
      "a try that was lost by putting off",
      [
        story(
          "plain",
          "a",
          1,
          { state: "running", at: 10 },
          { call: 12, until: 13, outcome: "later" },
          { state: "waiting", at: 15, failures: 1 },
          { state: "running", at: 20 },
          { call: 22, until: 23, attempt: 2 },
          { state: "done", at: 25 },
        ),
      ],
    ],
    [
      "pausedAndRun",
      "a run of a paused handler",
      [done("plain", "a", 1, 10)],
      { pauses: [{ handler: "plain", from: 5, until: 20 }] },
    ],
    [
      "deadOfOutage",
      "a dead letter of a handler whose circuit was open",
      [
        story(
          "plain",
          "a",
          1,
          { state: "running", at: 10 },
          { call: 12, until: 13, outcome: "dead" },
          { state: "dead", at: 15, failures: 1 },
        ),
      ],
      { circuits: [circuit({ isOpen: true, began: 5 })] },
    ],
    [
      "twoProbes",
      "two runs at a time while a circuit is open",
      [done("plain", "a", 1, 10), done("plain", "b", 2, 12)],
      { circuits: [circuit({ isOpen: true, began: 5 })] },
    ],
    [
      "overrun",
      "eleven runs at a time after a circuit was closed",
      Array.from({ length: 11 }, (_, index) => done("plain", `event-${index}`, index, 10)),
      { circuits: [circuit({ isCatchingUp: true, began: 5 })] },
    ],
    ["stuck", "a line without a front", [], { stuckLines: 1 }],
    ["deadlocked", "a deadlock", [], { deadlocks: 1 }],
    ["interrupted", "work that the database interrupted", [], { interrupted: ["deadlock detected"] }],
  ];
  test.each(cases)("%s: %s", (wrong, _, stories, fields) => {
    expect(judged(stories, fields)).toEqual([wrong]);
  });
});
