/** Tells the sweep that a call may leave work: from before anything is queued until it is done. */
import type { EndWork } from "../../hints/work-marks.ts";
import { print } from "../../report/print.ts";
import type { Environment } from "../../settings/environment.ts";

/** The mark of one call. */
export interface MarkedWork {
  /** Sets it, once. */
  begin(): Promise<void>;
  /** Runs what was queued, after the answer. `run` gives whether it is settled. */
  during(run: () => Promise<boolean>): Promise<void>;
  /** After the answer: ends it, unless something runs. A call that broke may have queued all the same. */
  answered(status: number): Promise<void>;
}

/** Costs nothing until it begins. */
export function markWork(
  deploy: { readonly context: string; readonly published: boolean },
  environment: Environment,
): MarkedWork {
  let end: EndWork | undefined;
  let running = false;
  return {
    async begin() {
      if (end) return;
      const [{ beginWork }, { reportHint }] = await Promise.all([
        import("../../hints/work-marks.ts"),
        import("../../report/report-hint.ts"),
      ]);
      const reader = environment("NETLIFY_DEV") === "true" ? "person" : "machine";
      end = await beginWork(deploy, (problem) => print(reportHint(problem, { reader })));
    },
    async during(run) {
      running = true;
      const settled = await run();
      await end?.(settled);
    },
    async answered(status) {
      if (!running) await end?.(status < 500);
    },
  };
}
