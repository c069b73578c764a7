/** A list and, beside it, the thing that is open; on a narrow screen one of them. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

export interface SplitProps {
  readonly list: ComponentChildren;
  /** null: nothing is open. */
  readonly open: { readonly key: string; readonly content: ComponentChildren } | null;
  /** Where closing leads. */
  readonly closeHref: string;
  readonly closeLabel: string;
}

export function Split({ list, open, closeHref, closeLabel }: SplitProps) {
  const openKey = open?.key ?? null;
  const { listBox, detail } = useOwnPlaces(openKey);
  return (
    <div class={open === null ? "split" : "split opened"}>
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
 * Where the list makes room for what is open (a narrow screen), that is shown from its top and gets the keyboard; the list
 * is where it was when it comes back.
 */
function useOwnPlaces(openKey: string | null) {
  const listBox = useRef<HTMLDivElement>(null);
  const detail = useRef<HTMLElement>(null);
  const listTop = useRef(0);
  const before = useRef(openKey);

  useLayoutEffect(() => {
    const remember = () => {
      if (before.current === null) listTop.current = scrollY;
    };
    addEventListener("scroll", remember, { passive: true });
    return () => removeEventListener("scroll", remember);
  }, []);

  useLayoutEffect(() => {
    const wasOpen = before.current !== null;
    const changed = before.current !== openKey;
    before.current = openKey;
    if (!changed) return;
    if (openKey === null) {
      if (wasOpen && listTop.current > 0) scrollTo(0, listTop.current);
    } else if (listBox.current?.offsetParent === null) {
      scrollTo(0, 0);
      detail.current?.focus({ preventScroll: true });
    }
  }, [openKey]);

  return { listBox, detail };
}
