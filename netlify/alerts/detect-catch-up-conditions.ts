/** What is wrong on Okta's side, by what catch-up last saw: the hook, its deliveries, and catch-up itself. Asks nobody. */

import { BEHIND_MS, type CatchUpState } from "../catch-up/state.ts";
import { diagnoseHook } from "../okta/diagnose-hook.ts";
import { type Condition, condition } from "./condition.ts";

/** Kinds of problem that pass by themselves: they count once catch-up is behind. */
const PASSING = new Set(["busy", "broken", "unreachable", "too-slow", "behind", "clock"]);

/** Every condition that the state shows. */
export function detectCatchUpConditions(
  { hooks, failures, problem, comparedUntil, clockErrorMs }: CatchUpState,
  now: number,
): Condition[] {
  const [hook] = hooks ?? [];
  const silent =
    hooks !== null && hook !== undefined && !hooks.some(({ active, verified }) => active && verified);
  const diagnosis = silent ? diagnoseHook(hook) : undefined;
  const behindMs = now - clockErrorMs - Date.parse(comparedUntil);
  return [
    ...(diagnosis === undefined ? [] : [condition("hook", "", `${diagnosis.sentence}.`, diagnosis.fix)]),
    ...(failures === null
      ? []
      : [
          condition(
            "deliveries",
            "",
            `Deliveries of the hook fail: ${failures.count} in Okta's System Log since ${failures.since}. Their events are fetched from there.`,
            "npm run hook -- okta status lists them; npm run hook -- doctor looks for the cause",
          ),
        ]),
    ...(problem !== null && !PASSING.has(problem.kind)
      ? [condition("catch-up", "", `Catch-up cannot read the System Log: ${problem.sentence}`, null)]
      : []),
    ...(problem?.kind === "clock" ? [condition("clock", "", problem.sentence, null)] : []),
    ...(behindMs > BEHIND_MS
      ? [
          condition(
            "behind",
            "",
            `Catch-up is behind: Okta's System Log has been read until ${comparedUntil}.${problem === null || problem.kind === "behind" ? "" : ` ${problem.sentence}`}`,
            "npm run hook -- okta catch-up --since <how far> --run --url <site> goes through it at once",
          ),
        ]
      : []),
  ];
}
