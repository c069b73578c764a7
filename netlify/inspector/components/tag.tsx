/** A word about a thing, in a colour that says how it stands; the word alone must do. */

import type { ComponentChildren } from "preact";
import type { HandlersStatus } from "../../api/schema/events.ts";
import { PrintableText, Time } from "./text.tsx";

export type Tone = "good" | "bad" | "warn" | "quiet" | "new";

export interface TagProps {
  readonly tone?: Tone;
  /** More about it, on hover. */
  readonly title?: string;
  readonly children: ComponentChildren;
}

export function Tag({ tone = "quiet", title, children }: TagProps) {
  return (
    <span class={`tag ${tone}`} title={title}>
      {children}
    </span>
  );
}

/** An outcome in its tone, e.g. `SUCCESS`. Okta may add others. Red is for what failed here. */
function outcomeTone(outcome: string): Tone {
  return /^(?:SUCCESS|ALLOW)$/i.test(outcome) ? "good" : "warn";
}

/** Nothing where Okta gave no outcome. `quietly`: nothing where it succeeded either, as nearly everything does. */
export function OutcomeTag({ outcome, quietly = false }: { outcome: string | null; quietly?: boolean }) {
  if (outcome === null || outcome === "" || (quietly && outcomeTone(outcome) === "good")) return null;
  return (
    <Tag tone={outcomeTone(outcome)}>
      <PrintableText text={outcome.length > 40 ? `${outcome.slice(0, 40)}…` : outcome} />
    </Tag>
  );
}

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
