/** A list that comes in pages. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Answer, explain, isPassing } from "./call-api.ts";
import { useLive } from "./use-live.ts";

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

export interface Pages<Row> {
  /** null until the first answer. */
  readonly rows: readonly Row[] | null;
  readonly problem: string | null;
  /** Whether there are further rows. */
  readonly more: boolean;
  /** How many pages are loaded. */
  readonly pages: number;
  /** A further page is on its way. */
  readonly busy: boolean;
  readonly loadMore: () => Promise<void>;
  /** Asks anew for as many pages as are loaded. */
  readonly again: () => Promise<void>;
}

interface PagesState<Row> {
  readonly rows: readonly Row[] | null;
  readonly next: string | null;
  readonly pages: number;
  readonly problem: string | null;
}

/** What is loaded for a key. Its calls take turns: a further page and a list read anew do not get in each other's way. */
interface List<Row> {
  loaded: PagesState<Row>;
  turn: Promise<void>;
  againIsDue: boolean;
  /** The last call failed, but may succeed in a moment. */
  missed: boolean;
}

/**
 * @param key what the list is about: another key is another list. null: nothing is asked yet.
 * @param ask one page; it gets the key and the cursor, null for the first.
 */
export function useInfiniteQuery<Row>(
  key: string | null,
  ask: (key: string, cursor: string | null) => Promise<Answer<Page<Row>>>,
): Pages<Row> {
  const { pulse } = useLive();
  const question = useRef(ask);
  question.current = ask;
  const list = useMemo((): List<Row> => newList(), [key]);
  const current = useRef(list);
  current.current = list;
  const [, draw] = useState({});
  const [busy, setBusy] = useState<List<Row> | null>(null);

  /** Loads page after page, until the list has as many as wanted. */
  const load = useCallback(
    (begin: (loaded: PagesState<Row>) => { from: PagesState<Row>; wanted: number }) => {
      list.turn = list.turn.then(async () => {
        const { from, wanted } = begin(list.loaded);
        let loaded = from;
        while (loaded.problem === null && loaded.pages < wanted) {
          if (key === null || current.current !== list) return;
          const answer = await question.current(key, loaded.next);
          list.missed = answer.outcome !== "ok" && isPassing(answer);
          if (answer.outcome !== "ok") loaded = { ...list.loaded, problem: explain(answer) };
          else loaded = withPage(loaded, answer.value);
          if (loaded.next === null) break;
        }
        list.loaded = loaded;
        draw({});
      });
      return list.turn;
    },
    [key, list],
  );

  const again = useCallback(() => {
    if (list.againIsDue) return list.turn;
    list.againIsDue = true;
    return load(({ pages }) => {
      list.againIsDue = false;
      return { from: nothing, wanted: Math.max(1, pages) };
    });
  }, [list, load]);
  const loadMore = useCallback(async () => {
    if (busy === list || list.loaded.next === null) return;
    setBusy(list);
    await load((loaded) => ({
      from: { ...loaded, problem: null },
      wanted: loaded.next === null ? 0 : loaded.pages + 1,
    }));
    setBusy((before) => (before === list ? null : before));
  }, [busy, list, load]);

  useEffect(() => {
    void again();
  }, [again]);
  // With each pulse the API answers again.
  useEffect(() => {
    if (list.missed) void again();
  }, [pulse]);

  const { rows, problem, next, pages } = list.loaded;
  return { rows, problem, more: next !== null, pages, busy: busy === list, loadMore, again };
}

const nothing: PagesState<never> = { rows: null, next: null, pages: 0, problem: null };

function newList<Row>(): List<Row> {
  return { loaded: nothing, turn: Promise.resolve(), againIsDue: false, missed: false };
}

function withPage<Row>(before: PagesState<Row>, { rows, next }: Page<Row>): PagesState<Row> {
  return { rows: [...(before.rows ?? []), ...rows], next, pages: before.pages + 1, problem: null };
}
