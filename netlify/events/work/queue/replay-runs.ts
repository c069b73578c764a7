/** Runs again what has ended, and at once what waits: see the migration `…_baseline.sql`. */
import type { Database } from "../../database/database.ts";
import { WORK_TIMEOUT_MS } from "../../database/with-time-limit.ts";
import type { NewRun } from "./queue-runs.ts";

/** What may be replayed; of what is running only that it is. */
const ALL_STATES = ["waiting", "held", "running", "done", "superseded", "dead", "discarded"] as const;

/**
 * @param options.states a run that is in none of them any more is left out
 * @returns the runs that are due now; one that is running is left alone, and one that is not there is left out
 */
export async function replayRuns<Run extends Pick<NewRun, "uuid" | "handler" | "retries" | "latest" | "key">>(
  database: Database,
  unsorted: readonly Run[],
  { states = ALL_STATES }: { readonly states?: readonly (typeof ALL_STATES)[number][] } = {},
): Promise<{ readonly due: readonly Run[]; readonly running: readonly Run[] }> {
  if (unsorted.length === 0) return { due: [], running: [] };
  // Two who lock rows of the same runs lock them in the same order.
  const runs = unsorted.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const { rows } = await database.query<{ uuid: string; handler: string; was: string }>(
    "select uuid, handler, was from replay_runs($1, $2)",
    [
      [
        ...runs.map(({ uuid }) => uuid),
        ...runs.map(({ handler }) => handler),
        ...runs.map(({ retries }) => String(retries)),
        ...runs.map(({ latest }) => String(latest)),
        ...runs.map(({ key }) => key),
      ],
      states,
    ],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const was = new Map(rows.map((row) => [nameOf(row), row.was]));
  return {
    due: runs.filter((run) => (was.get(nameOf(run)) ?? "running") !== "running"),
    running: runs.filter((run) => was.get(nameOf(run)) === "running"),
  };
}

const nameOf = ({ uuid, handler }: { readonly uuid: string; readonly handler: string }) =>
  `${uuid} ${handler}`;
