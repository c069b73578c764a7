/** How something stands with its handlers, at a glance: calm where nothing is to be done, loud where it failed. */
import type { HandlersStatus } from "../../api/schema/events.ts";
import { Tag, type Tone } from "./tag.tsx";
import { Time } from "./time.tsx";

const words: Record<HandlersStatus["state"], string> = {
  dead: "dead letter",
  retrying: "retrying",
  running: "running",
  waiting: "waiting",
  discarded: "discarded",
  done: "done",
  none: "no handler",
};

const tones: Record<HandlersStatus["state"], Tone> = {
  dead: "bad",
  retrying: "warn",
  running: "new",
  waiting: "quiet",
  discarded: "quiet",
  done: "good",
  none: "quiet",
};

/** When the next try is due: `in 2 h`, or `now` where its time has come. */
export function NextTry({ at }: { at: string }) {
  return Date.parse(at) <= Date.now() ? <span title={at}>now</span> : <Time at={at} look="bare" />;
}

export function HandlersState({ handlers: { state, nextTryAt } }: { handlers: HandlersStatus }) {
  if (state === "done" || state === "none") {
    return <span class={`glance ${state}`}>{words[state]}</span>;
  }
  return (
    <span class={`glance ${state}`}>
      <Tag tone={tones[state]}>
        {words[state]}
        {state === "retrying" && nextTryAt !== null && (
          <>
            {" "}
            <NextTry at={nextTryAt} />
          </>
        )}
      </Tag>
    </span>
  );
}
