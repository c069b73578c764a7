/** Notes completed runs together: while one note is on its way, the runs that end meanwhile share the next. */
import type { Queue, TakenRun } from "./queue.ts";

/** @returns a function that notes a run and resolves when that is recorded */
export function gatherCompletions(queue: Pick<Queue, "complete">): (run: TakenRun) => Promise<void> {
  let gathering: { readonly runs: TakenRun[]; readonly noted: Promise<void> } | undefined;
  let previous: Promise<unknown> = Promise.resolve();

  return (run) => {
    if (!gathering) {
      const runs: TakenRun[] = [];
      const noted = previous.then(() => {
        gathering = undefined;
        return queue.complete(runs);
      });
      gathering = { runs, noted };
      previous = noted.catch(() => {});
    }
    gathering.runs.push(run);
    return gathering.noted;
  };
}
