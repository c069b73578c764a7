/** A list that comes in pages and is kept up to date, unless somebody has paged on. */
import { useState } from "preact/hooks";
import type { Answer } from "./call-api.ts";
import { type Page, type Pages, useInfiniteQuery } from "./use-infinite-query.ts";
import { useLive } from "./use-live.ts";
import { useWhenChanged } from "./use-when-changed.ts";

export interface PolledPages<Row> extends Pages<Row> {
  /** Something changed since, and nobody has asked to see it. */
  readonly waiting: boolean;
  readonly showNew: () => void;
}

/** @param key see `usePages` */
export function usePolledInfiniteQuery<Row>(
  key: string | null,
  ask: (key: string, cursor: string | null) => Promise<Answer<Page<Row>>>,
): PolledPages<Row> {
  const { feed } = useLive();
  const pages = useInfiniteQuery(key, ask);
  // Of which list: another one is read anew, so nothing waits there.
  const [waitingFor, setWaitingFor] = useState<string | null>(null);
  useWhenChanged(feed?.revision, async () => {
    // Whoever has paged on is reading: then what is new waits for a press.
    if (pages.pages > 1 || pages.busy) setWaitingFor(key);
    else await pages.again();
  });
  return {
    ...pages,
    waiting: waitingFor !== null && waitingFor === key,
    showNew() {
      setWaitingFor(null);
      void pages.again();
    },
  };
}
