/** How a run stands, in a few words. */
import type { Run } from "../../api/contract.ts";
import { Tag, type Tone } from "../parts/tag.tsx";
import { Time } from "../parts/time.tsx";

const tones: Record<Run["state"], Tone> = {
  waiting: "quiet",
  running: "new",
  done: "good",
  retrying: "odd",
  dead: "bad",
};

const words: Record<Run["state"], string> = {
  waiting: "waiting",
  running: "running",
  done: "done",
  retrying: "failed, to be tried again",
  dead: "dead letter",
};

export function RunState({ run }: { run: Pick<Run, "state" | "attempts" | "maxAttempts" | "nextTryAt" | "updatedAt"> }) {
  const { state, attempts, maxAttempts, nextTryAt, updatedAt } = run;
  return (
    <>
      <Tag tone={tones[state]}>{words[state]}</Tag>
      <span class="aside">
        {attempts > 0 && (state === "done" ? `attempt ${attempts}` : `attempt ${attempts} of ${maxAttempts}`)}
        {updatedAt !== null && (state === "done" || state === "dead") && (
          <>
            , <Time at={updatedAt} />
          </>
        )}
        {nextTryAt !== null && state === "retrying" && (
          <>
            , next try <Time at={nextTryAt} />
          </>
        )}
      </span>
    </>
  );
}
