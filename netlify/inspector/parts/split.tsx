/** A list and, beside it, the thing that is open; on a narrow screen one of them. */
import type { ComponentChildren } from "preact";

export interface SplitProps {
  readonly list: ComponentChildren;
  /** null: nothing is open. */
  readonly open: ComponentChildren | null;
  /** Where closing leads. */
  readonly closeHref: string;
  readonly closeLabel: string;
}

export function Split({ list, open, closeHref, closeLabel }: SplitProps) {
  return (
    <div class={open === null ? "split" : "split opened"}>
      <div class="list">{list}</div>
      {open !== null && (
        <article class="detail">
          <a class="back" href={closeHref}>
            {closeLabel}
          </a>
          {open}
        </article>
      )}
    </div>
  );
}
