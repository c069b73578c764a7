/** How a run stands, in a few words. */
import type { Run } from "../../../api/schema/events.ts";
import { NextTry, Tag, type Tone } from "../../components/tag.tsx";
import { Time } from "../../components/text.tsx";

const tones: Record<Run["state"], Tone> = {
  waiting: "quiet",
  running: "new",
  done: "good",
  retrying: "warn",
  superseded: "quiet",
  dead: "bad",
  discarded: "quiet",
};

const words: Record<Run["state"], string> = {
  waiting: "waiting",
  running: "running",
  done: "done",
  retrying: "failed, to be tried again",
  superseded: "superseded",
  dead: "dead letter",
  discarded: "discarded",
};

type RunTimes = Pick<Run, "paused" | "state" | "attempts" | "maxAttempts" | "nextTryAt" | "updatedAt">;

export function RunState({ run }: { run: RunTimes }) {
  return (
    <>
      <Tag tone={tones[run.state]}>{words[run.state]}</Tag>
      {run.paused && <Tag tone="warn">handler paused</Tag>}
      <RunAttempts run={run} />
    </>
  );
}

/** How often it was tried, and when. */
function RunAttempts({ run: { state, attempts, maxAttempts, nextTryAt, updatedAt } }: { run: RunTimes }) {
  return (
    <span class="aside">
      {attempts > 0 && (state === "done" ? `attempt ${attempts}` : `attempt ${attempts} of ${maxAttempts}`)}
      {updatedAt !== null && (state === "done" || state === "dead") && (
        <>
          , <Time at={updatedAt} />
        </>
      )}
      {nextTryAt !== null && state === "retrying" && (
        <>
          , next try <NextTry at={nextTryAt} />
        </>
      )}
    </span>
  );
}
