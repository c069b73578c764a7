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
  none: "no run",
};

const whyNoRuns: Record<NonNullable<HandlersStatus["noRuns"]>, { word: string; title: string }> = {
  "no-handler": { word: "no handler", title: "No handler listens to its type" },
  "filtered-out": { word: "left out", title: "The `when` of its handlers leaves it out" },
  "recorded-only": {
    word: "recorded only",
    title: "It was fetched by hand to be recorded, or its handlers are newer",
  },
  "too-old": {
    word: "too old",
    title: "Published more than 90 days before it came: no handler ran by itself",
  },
  forgotten: { word: "forgotten", title: "Its payload is gone, and its runs with it" },
};

/** Why an event has no run, in a sentence. */
export function noRunsSentence({ noRuns }: HandlersStatus): string | null {
  return noRuns && `${whyNoRuns[noRuns].title}.`;
}

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

export function HandlersState({ handlers: { state, nextTryAt, noRuns } }: { handlers: HandlersStatus }) {
  if (state === "done" || state === "none") {
    const why = noRuns && whyNoRuns[noRuns];
    return (
      <span class={`glance ${state}`} title={why?.title}>
        {why?.word ?? words[state]}
      </span>
    );
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
