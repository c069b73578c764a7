/** A list and, beside it, the thing that is open; on a narrow screen one of them. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export interface SplitProps {
  /** What the view is called, for who does not see it. */
  readonly title: string;
  readonly list: ComponentChildren;
  /** null: nothing is open. */
  readonly open: { readonly key: string; readonly content: ComponentChildren } | null;
  /** Where closing leads. */
  readonly closeHref: string;
  readonly closeLabel: string;
}

export function Split({ title, list, open, closeHref, closeLabel }: SplitProps) {
  const openKey = open?.key ?? null;
  const { listBox, detail } = useOwnPlaces(openKey);
  return (
    <div class={open === null ? "split" : "split opened"}>
      <h1 class="sr-only">{title}</h1>
      <div class="list" ref={listBox}>
        {list}
      </div>
      {open !== null && (
        <article class="detail" key={open.key} ref={detail} tabIndex={-1}>
          <a class="back" href={closeHref}>
            {closeLabel}
          </a>
          {open.content}
        </article>
      )}
    </div>
  );
}

/**
 * Beside what is open the list has other rows than alone: the open one is kept in sight, and so it is once it is closed. Where the
 * list makes room (a narrow screen), what is open is shown from its top and gets the keyboard; the list is where it was when it
 * comes back, and its row has the keyboard again.
 */
function useOwnPlaces(openKey: string | null) {
  const listBox = useRef<HTMLDivElement>(null);
  const detail = useRef<HTMLElement>(null);
  const listTop = useRef(0);
  const openRow = useRef<HTMLElement | null>(null);
  const wasHidden = useRef(false);
  const before = useRef(openKey);

  useLayoutEffect(() => {
    const remember = () => {
      if (before.current === null) listTop.current = scrollY;
    };
    addEventListener("scroll", remember, { passive: true });
    return () => removeEventListener("scroll", remember);
  }, []);

  useLayoutEffect(() => {
    const changed = before.current !== openKey;
    before.current = openKey;
    if (!changed) return;
    if (openKey === null) {
      if (wasHidden.current) {
        scrollTo(0, listTop.current);
        openRow.current?.focus({ preventScroll: true });
      } else openRow.current?.scrollIntoView({ block: "nearest" });
      return;
    }
    openRow.current = listBox.current?.querySelector<HTMLElement>('[aria-current="true"]') ?? null;
    wasHidden.current = listBox.current?.offsetParent === null;
    if (wasHidden.current) {
      scrollTo(0, 0);
      detail.current?.focus({ preventScroll: true });
    } else openRow.current?.scrollIntoView({ block: "nearest" });
  }, [openKey]);

  return { listBox, detail };
}
