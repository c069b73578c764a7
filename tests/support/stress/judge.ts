/** Says what is wrong with what was seen under stress. Pure: it reads the calls of the handlers and the history of the runs. */
import type { Call } from "./call-log.ts";
import { RETRIES } from "./handlers.ts";
import type { CircuitState, Transition } from "./run-history.ts";

/** A handler that was paused. Times are in milliseconds since 1970. */
export interface Pause {
  readonly handler: string;
  /** When pausing had been answered, and when resuming was asked for. */
  readonly from: number;
  readonly until: number;
}

/** What was seen. */
export interface Evidence {
  /** Events of deliveries that were answered. */
  readonly acknowledged: readonly string[];
  readonly handlers: readonly {
    readonly name: string;
    readonly line: "order" | "latest" | null;
    readonly circuit: boolean;
  }[];
  /** By their beginning. */
  readonly calls: readonly Call[];
  readonly history: readonly Transition[];
  readonly circuits: readonly CircuitState[];
  readonly pauses: readonly Pause[];
  /** When the processes that were killed had ended, by their number. */
  readonly ended: ReadonlyMap<number, number>;
  readonly kills: number;
  /** For so long a run is its taker's alone. */
  readonly leaseMs: number;
  /** Lines that were seen without a front. */
  readonly stuckLines: number;
  readonly deadlocks: number;
  /** Why work stopped early. */
  readonly interrupted: readonly string[];
  readonly loadedMs: number;
  readonly drainedMs: number;
  readonly hotKey: string;
}

/** What can be wrong. */
export type Wrong =
  | "lost"
  | "unended"
  | "illegal"
  | "begunNotRunning"
  | "overlapping"
  | "outOfOrder"
  | "wronglyLate"
  | "outdated"
  | "wronglySuperseded"
  | "doneWithoutWork"
  | "triedAgain"
  | "deadTooSoon"
  | "wrongTries"
  | "pausedAndRun"
  | "deadOfOutage"
  | "twoProbes"
  | "overrun"
  | "stuck"
  | "deadlocked"
  | "interrupted";

/** Each thing that is wrong, with what it was seen at; and what was counted. */
export interface Verdict {
  readonly wrong: Readonly<Partial<Record<Wrong, readonly string[]>>>;
  readonly figures: Readonly<Record<string, number>>;
}

const OPEN = ["waiting", "held", "running"];
const isOpen = (state: string) => OPEN.includes(state);

/** Which states may follow which, if nobody asks for a replay. "": the run is new. */
const NEXT_STATES: Readonly<Record<string, readonly string[]>> = {
  "": ["waiting", "held", "running", "superseded", "dead"],
  waiting: ["held", "running", "superseded"],
  held: ["waiting", "superseded"],
  running: ["done", "waiting", "held", "dead"],
  dead: ["discarded"],
};

/** A run, with all that happened to it. */
interface Run {
  readonly name: string;
  readonly handler: string;
  readonly line: string;
  readonly published: number;
  readonly seq: number;
  readonly transitions: readonly Transition[];
  /** Each time it was taken, with the call that was made of it; undefined: its process ended first. */
  readonly takes: readonly Take[];
  readonly last: Transition;
}

interface Take {
  readonly run: Run;
  readonly transition: Transition;
  /** What became of the try. */
  readonly end: Transition | undefined;
  readonly call: Call | undefined;
}

/** Judges. */
export function judge(evidence: Evidence): Verdict {
  const wrong: Partial<Record<Wrong, string[]>> = {};
  const find = (what: Wrong, where: string) => {
    wrong[what] ??= [];
    wrong[what].push(where);
  };
  const { leaseMs, ended } = evidence;
  const { runs, unmatched } = readRuns(evidence);
  let begunAfterLease = 0;
  for (const { handler, uuid, beganAt } of unmatched) {
    const name = `${handler} ${uuid}`;
    // A process that was frozen just before the call.
    const isAfterLease = runs
      .get(name)
      ?.takes.some(({ call, transition }) => call === undefined && beganAt - transition.began >= leaseMs);
    if (isAfterLease) begunAfterLease += 1;
    else find("begunNotRunning", name);
  }

  for (const uuid of evidence.acknowledged) {
    for (const { name } of evidence.handlers)
      if (!runs.has(`${name} ${uuid}`)) find("lost", `${name} ${uuid}`);
  }
  const handlers = new Map(evidence.handlers.map((handler) => [handler.name, handler]));
  for (const run of runs.values()) {
    if (isOpen(run.last.state)) find("unended", `${run.name}: ${run.last.state}`);
    judgeTransitions(run, find);
    judgeEnds(run, leaseMs, find);
    // While a circuit is open a failure costs no try.
    if (!handlers.get(run.handler)?.circuit) judgeTries(run, leaseMs, find);
  }

  const lines = Map.groupBy(runs.values(), ({ line }) => line);
  let takenOver = 0;
  let orderedPairs = 0;
  for (const members of lines.values()) {
    const takes = members
      .flatMap((run) => run.takes)
      .sort((one, other) => one.transition.began - other.transition.began);
    takenOver += judgeOverlaps(takes, { leaseMs, ended }, find);
    const mode = handlers.get(members[0]?.handler ?? "")?.line;
    if (!mode || members[0]?.last.key == null) continue;
    orderedPairs += judgeLine(members, takes, mode, find);
  }
  for (const { handler, from, until } of evidence.pauses) {
    for (const run of runs.values()) {
      if (run.handler !== handler) continue;
      for (const { transition } of run.takes) {
        if (transition.began > from && transition.committed < until) find("pausedAndRun", run.name);
      }
    }
  }
  for (const [handler, states] of Map.groupBy(evidence.circuits, ({ handler }) => handler)) {
    judgeCircuit(
      states,
      [...runs.values()].filter((run) => run.handler === handler),
      find,
    );
  }
  if (evidence.stuckLines > 0) find("stuck", `${evidence.stuckLines} times`);
  if (evidence.deadlocks > 0) find("deadlocked", `${evidence.deadlocks} times`);
  for (const why of evidence.interrupted) find("interrupted", why);

  const all = [...runs.values()];
  const waits = (isWanted: (run: Run) => boolean) =>
    percentiles(
      all.filter(isWanted).flatMap(({ transitions: [queued], takes: [first] }) => {
        return queued && first?.call ? [first.call.beganAt - queued.committed] : [];
      }),
    );
  const isHot = ({ last }: Run) => last.key === evidence.hotKey;
  const count = (state: string) => all.filter(({ last }) => last.state === state).length;
  return {
    wrong,
    figures: {
      events: evidence.acknowledged.length,
      runs: all.length,
      done: count("done"),
      superseded: count("superseded"),
      dead: count("dead"),
      discarded: count("discarded"),
      calls: evidence.calls.length,
      kills: evidence.kills,
      cutCalls: evidence.calls.filter(({ outcome }) => outcome === null).length,
      late: evidence.calls.filter(({ late }) => late).length,
      putOff: evidence.calls.filter(({ outcome }) => outcome === "later").length,
      replays: evidence.history.filter(
        ({ was, isReplay, state }) => isReplay && was !== null && isOpen(state) && !isOpen(was),
      ).length,
      circuitsOpened: evidence.circuits.filter(({ isOpen }) => isOpen).length,
      takenOver,
      begunAfterLease,
      orderedPairs,
      lines: lines.size,
      loadedMs: evidence.loadedMs,
      drainedMs: evidence.drainedMs,
      ...prefixed(
        "plainWait",
        waits(({ handler }) => handler === "plain"),
      ),
      ...prefixed(
        "orderedWait",
        waits((run) => run.handler === "ordered" && !isHot(run)),
      ),
      ...prefixed(
        "hotWait",
        waits((run) => run.handler === "ordered" && isHot(run)),
      ),
    },
  };
}

/** Puts together what happened to each run, and which call was made of which take. */
function readRuns({ history, calls }: Evidence): {
  runs: ReadonlyMap<string, Run>;
  unmatched: readonly Call[];
} {
  const nameOf = ({ handler, uuid }: { readonly handler: string; readonly uuid: string }) =>
    `${handler} ${uuid}`;
  const callsOf = Map.groupBy(calls, nameOf);
  const unmatched: Call[] = [];
  const runs = new Map<string, Run>();
  for (const [name, transitions] of Map.groupBy(history, nameOf)) {
    const [first] = transitions;
    const last = transitions.at(-1);
    if (!first || !last) continue;
    const { handler, key, published, seq, uuid } = first;
    const takes: Take[] = [];
    const run: Run = {
      name,
      handler,
      line: `${handler} ${key ?? uuid}`,
      published,
      seq,
      transitions,
      takes,
      last,
    };
    const left = [...(callsOf.get(name) ?? [])];
    for (const [index, transition] of transitions.entries()) {
      if (transition.state !== "running") continue;
      const end = transitions[index + 1];
      // Its call begins when it has been told that the run is its own, and before it is somebody else's.
      const place = left.findIndex(
        ({ beganAt }) =>
          beganAt >= Math.floor(transition.began) && (end === undefined || beganAt <= end.committed),
      );
      const [call] = place < 0 ? [] : left.splice(place, 1);
      takes.push({ run, transition, end, call });
    }
    unmatched.push(...left);
    callsOf.delete(name);
    runs.set(name, run);
  }
  return { runs, unmatched: [...unmatched, ...[...callsOf.values()].flat()] };
}

type Find = (what: Wrong, where: string) => void;

function judgeTransitions({ name, transitions }: Run, find: Find): void {
  let before = "";
  for (const { was, state, isReplay, supersededBy } of transitions) {
    const isReplayed = isReplay && !isOpen(before) && (state === "waiting" || state === "held");
    if ((was ?? "") !== before || !(isReplayed || NEXT_STATES[before]?.includes(state))) {
      find("illegal", `${name}: ${was} to ${state}`);
    }
    if (state === "superseded" && (isReplay || supersededBy === null)) find("wronglySuperseded", name);
    before = state;
  }
}

/** Whether each end is the one that its call led to. */
function judgeEnds({ name, takes }: Run, leaseMs: number, find: Find): void {
  for (const take of takes) {
    const { transition, end, call } = take;
    if (call && call.late !== transition.late) find("wronglyLate", `${name}: its handler was told otherwise`);
    const isDone = isEndedByCall(take) && call?.outcome === "done";
    if (end?.state === "done" && !isDone) find("doneWithoutWork", name);
    // Where its process was killed before it could say so, it is tried again after the lease.
    if (isDone && end && isOpen(end.state) && end.began - transition.began < leaseMs)
      find("triedAgain", name);
  }
}

/** Whether each failure, and nothing else, costs a try; and whether a dead letter had all of its tries. */
function judgeTries({ name, takes }: Run, leaseMs: number, find: Find): void {
  for (const take of takes) {
    const { transition, end, call } = take;
    if (call && call.attempt !== transition.failures + 1)
      find("wrongTries", `${name}: it is told ${call.attempt}`);
    // Where its process had died, the lease may have ended it: that counts as a failure.
    if (end === undefined || end.began - transition.began >= leaseMs) continue;
    const isPutOff = isEndedByCall(take) && call?.outcome === "later";
    const cost = end.failures - transition.failures;
    if (end.state !== "done" && cost !== (isPutOff ? 0 : 1)) find("wrongTries", `${name}: it costs ${cost}`);
    if (end.state === "dead" && call?.outcome !== "dead" && end.failures <= RETRIES)
      find("deadTooSoon", name);
  }
}

/** Else the try was taken over. */
function isEndedByCall({ call, end }: Take): boolean {
  return call?.endedAt != null && end !== undefined && call.endedAt <= end.committed + 1;
}

/**
 * Whether calls of one line, or of one run, went on at the same time. A call ends with its process at the latest.
 * @returns how often a run was taken over, after its lease, from a process that was still at it. Such a process was frozen: a call that it
 *   could have ended is over long before the lease is
 */
function judgeOverlaps(
  takes: readonly Take[],
  { leaseMs, ended }: Pick<Evidence, "leaseMs" | "ended">,
  find: Find,
): number {
  let takenOver = 0;
  let longest: { readonly take: Take; readonly endedAt: number } | undefined;
  // By their calls: a statement that takes a run may have begun before another, and waited for it.
  const byCall = takes.flatMap((take) => (take.call === undefined ? [] : [{ ...take, call: take.call }]));
  byCall.sort((one, other) => one.call.beganAt - other.call.beganAt);
  for (const take of byCall) {
    const { call, run, transition } = take;
    if (longest && call.beganAt < longest.endedAt) {
      // The lease goes by the clock of the runs: from one transaction's beginning to another's.
      if (transition.began - longest.take.transition.began >= leaseMs) takenOver += 1;
      else find("overlapping", `${run.name} begins before ${longest.take.run.name} ends`);
    }
    const endedAt = call.endedAt ?? ended.get(call.pid) ?? Number.POSITIVE_INFINITY;
    if (longest === undefined || endedAt > longest.endedAt) longest = { take, endedAt };
  }
  return takenOver;
}

/** From when until when a run waited, in what every transaction could see. */
interface Wait {
  readonly run: Run;
  readonly from: number;
  readonly until: number;
  readonly isReplay: boolean;
}

/**
 * Whether a line kept its order, whether only the newest ran, and whether what was late was told so.
 * @returns how many pairs of runs could have been in the wrong order
 */
function judgeLine(
  members: readonly Run[],
  takes: readonly Take[],
  mode: "order" | "latest",
  find: Find,
): number {
  const waits = members.flatMap((run): Wait[] =>
    run.transitions.flatMap(({ state, committed, isReplay }, index) => {
      if (state !== "waiting" && state !== "held") return [];
      const until = run.transitions[index + 1]?.began ?? Number.POSITIVE_INFINITY;
      return until > committed ? [{ run, from: committed, until, isReplay }] : [];
    }),
  );
  let pairs = 0;
  for (const { run, transition } of takes) {
    let newestBegun = Number.NEGATIVE_INFINITY;
    let newestSeen = Number.NEGATIVE_INFINITY;
    for (const other of takes) {
      if (other.transition.committed < transition.began)
        newestSeen = Math.max(newestSeen, other.run.published);
      if (other.transition.began <= transition.committed)
        newestBegun = Math.max(newestBegun, other.run.published);
    }
    if (transition.late ? newestBegun <= run.published : newestSeen > run.published)
      find("wronglyLate", run.name);
    for (const wait of waits) {
      if (wait.run === run || !(wait.from < transition.began && wait.until > transition.committed)) continue;
      pairs += 1;
      if (isNewer(run, wait.run) && mode === "order")
        find("outOfOrder", `${run.name} before ${wait.run.name}`);
      if (isNewer(wait.run, run) && mode === "latest" && !transition.isReplay) find("outdated", run.name);
    }
  }
  if (mode === "latest") judgeSuperseded(members, find);
  return pairs;
}

function judgeSuperseded(members: readonly Run[], find: Find): void {
  const byUuid = new Map(members.map((run) => [run.last.uuid, run]));
  for (const run of members) {
    if (run.last.state !== "superseded") continue;
    const by = byUuid.get(run.last.supersededBy ?? "");
    if (by === undefined || !isNewer(by, run))
      find("wronglySuperseded", `${run.name} by ${run.last.supersededBy}`);
  }
}

/** After a circuit was closed. */
const MAX_CATCHING_UP = 10;

/** Whether an outage of a handler's system made dead letters, and whether its runs went as its circuit allowed. */
function judgeCircuit(states: readonly CircuitState[], runs: readonly Run[], find: Find): void {
  for (const { name, transitions } of runs) {
    if (transitions.some(({ state }) => state === "dead")) find("deadOfOutage", name);
  }
  const takes = runs.flatMap((run) => run.takes);
  for (const [index, { isOpen: isProbing, isCatchingUp, committed: from }] of states.entries()) {
    const until = states[index + 1]?.began ?? Number.POSITIVE_INFINITY;
    const within = takes.filter(({ transition }) => transition.began > from && transition.committed < until);
    for (const { run, transition } of within) {
      const isRunning = (other: Take) =>
        other.transition.committed <= transition.committed &&
        (other.end?.began ?? Number.POSITIVE_INFINITY) > transition.committed;
      if (isProbing && within.filter(isRunning).length > 1) find("twoProbes", run.name);
      if (isCatchingUp && takes.filter(isRunning).length > MAX_CATCHING_UP) find("overrun", run.name);
    }
  }
}

function isNewer(one: Run, other: Run): boolean {
  return one.published > other.published || (one.published === other.published && one.seq > other.seq);
}

function percentiles(values: readonly number[]): Record<string, number> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return { P50Ms: at(0.5), P95Ms: at(0.95) };
}

function prefixed(prefix: string, values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}
