/** Says after each save whether the code loads, and what of it is not what was meant. */

import type { LoadProblem } from "../../base/load-problem.ts";
import type { CodeReport } from "../../dev/code-report.ts";

/** Where the words go, and what follows from them. */
export interface CodeCheckReporter {
  readonly check: () => Promise<CodeReport>;
  readonly frame: (problem: LoadProblem) => string;
  readonly say: (level: "info" | "warn" | "error", text: string) => void;
  /** What was saved last was checked, and what came of it was said. */
  readonly onChecked: (loads: boolean) => Promise<void>;
}

const MAX_NAMED = 3;

/** Returns what is to be called after each save, with the files that were saved. Saves during a check are checked after it. */
export function reportCodeCheck({
  check,
  frame,
  say,
  onChecked,
}: CodeCheckReporter): (files: readonly string[]) => Promise<void> {
  let checking = false;
  let told = "";
  let remarked = "";
  const waiting = new Set<string>();
  const tell = async (files: readonly string[]) => {
    const { problems, remarks } = await check();
    // Saved again meanwhile: what counts is told next.
    if (waiting.size > 0) return;
    const frames = problems.map(frame).join("\n");
    if (frames !== "") {
      if (frames !== told)
        say(
          "error",
          `${frames}\nUntil it does, events are recorded and wait for their handlers; a call that needs the code itself is answered 503.`,
        );
      told = frames;
      return onChecked(false);
    }
    const mended = told !== "";
    say("info", `✓ the code loads${mended ? " again" : ""}, and the next call runs it: ${named(files)}`);
    told = "";
    const remark = remarks.map((text) => `! ${text}`).join("\n");
    if (remark !== "" && remark !== remarked) say("warn", remark);
    remarked = remark;
    await onChecked(true);
  };
  return async (files) => {
    for (const file of files) waiting.add(file);
    if (checking) return;
    checking = true;
    try {
      while (waiting.size > 0) {
        const these = [...waiting];
        waiting.clear();
        await tell(these);
      }
    } finally {
      checking = false;
    }
  };
}

function named(files: readonly string[]): string {
  const more = files.length > MAX_NAMED ? ` and ${files.length - MAX_NAMED} more` : "";
  return `${files.slice(0, MAX_NAMED).join(", ")}${more}`;
}
