/** A list that comes in pages, and is kept up to date. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Answer, isPassing } from "../../api/client/call-api.ts";
import { explain } from "./api.ts";
import { useLive } from "./use-live.ts";
import { useAfterFirst } from "./use-query.ts";

/** What the list is, and how it is asked for. */
export interface InfiniteQuery<Value extends { readonly next: string | null }, Row> {
  /** Another key is another list. null: nothing is asked yet. */
  readonly key: string | null;
  /** One page; it gets the cursor, null for the first. */
  readonly ask: (cursor: string | null) => Promise<Answer<Value>>;
  readonly rows: (page: Value) => readonly Row[];
  /** Whoever has paged on is reading: then what is new waits until it is asked for. */
  readonly waitsForReader?: boolean;
}

export interface Pages<Row> {
  /** null until the first answer. */
  readonly rows: readonly Row[] | null;
  readonly problem: string | null;
  /** Whether there are further rows. */
  readonly more: boolean;
  /** A further page is on its way. */
  readonly busy: boolean;
  readonly loadMore: () => Promise<void>;
  /** Asks anew for as many pages as are loaded. */
  readonly again: () => Promise<void>;
  /** Something changed since, and nobody has asked to see it. */
  readonly waiting: boolean;
  readonly showNew: () => void;
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

export function useInfiniteQuery<Value extends { readonly next: string | null }, Row>(
  query: InfiniteQuery<Value, Row>,
): Pages<Row> {
  const { key, waitsForReader = false } = query;
  const { pulse, refresh } = useLive();
  const question = useRef(query);
  question.current = query;
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
          const { ask, rows } = question.current;
          const answer = await ask(loaded.next);
          list.missed = answer.outcome !== "ok" && isPassing(answer);
          if (answer.outcome !== "ok") loaded = { ...list.loaded, problem: explain(answer) };
          else loaded = withPage(loaded, rows(answer.value), answer.value.next);
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
  useAfterFirst(() => {
    // With each pulse the API answers again.
    if (list.missed) void again();
  }, pulse);
  // Of which list: another one is read anew, so nothing waits there.
  const [waitingFor, setWaitingFor] = useState<List<Row> | null>(null);
  useAfterFirst(() => {
    if (waitsForReader && (list.loaded.pages > 1 || busy === list)) setWaitingFor(list);
    else void again();
  }, refresh);

  const { rows, problem, next } = list.loaded;
  return {
    rows,
    problem,
    more: next !== null,
    busy: busy === list,
    loadMore,
    again,
    waiting: waitingFor === list,
    showNew() {
      setWaitingFor(null);
      void again();
    },
  };
}

const nothing: PagesState<never> = { rows: null, next: null, pages: 0, problem: null };

function newList<Row>(): List<Row> {
  return { loaded: nothing, turn: Promise.resolve(), againIsDue: false, missed: false };
}

function withPage<Row>(before: PagesState<Row>, rows: readonly Row[], next: string | null): PagesState<Row> {
  return { rows: [...(before.rows ?? []), ...rows], next, pages: before.pages + 1, problem: null };
}
