/** A word about a thing, in a colour that says how it stands; the word alone must do. */
import type { ComponentChildren } from "preact";
import { PrintableText } from "./printable-text.tsx";

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

/** Nothing where Okta told no outcome. `quietly`: nothing either where all went well, as nearly everything does. */
export function OutcomeTag({ outcome, quietly = false }: { outcome: string | null; quietly?: boolean }) {
  if (outcome === null || outcome === "" || (quietly && outcomeTone(outcome) === "good")) return null;
  return (
    <Tag tone={outcomeTone(outcome)}>
      <PrintableText text={outcome.length > 40 ? `${outcome.slice(0, 40)}…` : outcome} />
    </Tag>
  );
}
