/** What is wrong with syncs, by the results of the last sweeps. Their runs do not show it: a comparison is no run. */
import { BEHIND_MS } from "../catch-up/state.ts";
import type { SyncResult } from "../sync/run-syncs.ts";
import { type Condition, condition } from "./condition.ts";
import { PASSING } from "./detect-catch-up-conditions.ts";

/** Every condition that their states show. What passes by itself counts once it has lasted as long as catch-up may be behind. */
export function detectSyncConditions(
  syncs: readonly Pick<SyncResult, "sync" | "state">[],
  now: number,
): Condition[] {
  return syncs.flatMap(({ sync, state: { last, problem } }) => {
    const isPassing = problem !== null && (PASSING.has(problem.kind) || problem.kind === "failing");
    const isYoung = isPassing && now - Date.parse(problem.since) < BEHIND_MS;
    const sentence = (isYoung ? null : problem?.sentence) ?? last?.failure ?? null;
    if (sentence === null) return [];
    return [condition("sync", sync, `${sync} is not in step with Okta: ${sentence}`, null)];
  });
}
