/** A list that comes in pages. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Answer, explain } from "./call-api.ts";

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
  readonly busy: boolean;
  readonly loadMore: () => Promise<void>;
  /** Asks for the first page anew; the others go. */
  readonly again: () => Promise<void>;
}

interface State<Row> {
  readonly key: string | null;
  readonly rows: readonly Row[] | null;
  readonly next: string | null;
  readonly pages: number;
  readonly problem: string | null;
}

/**
 * @param key what the list is about: another key is another list. null: nothing is asked yet.
 * @param ask one page; it gets the key and the cursor, null for the first.
 */
export function usePages<Row>(
  key: string | null,
  ask: (key: string, cursor: string | null) => Promise<Answer<Page<Row>>>,
): Pages<Row> {
  const [state, setState] = useState<State<Row>>({ key, rows: null, next: null, pages: 0, problem: null });
  const [busy, setBusy] = useState(false);
  const question = useRef(ask);
  question.current = ask;
  const round = useRef(0);

  const load = useCallback(
    async (cursor: string | null) => {
      if (key === null) return;
      round.current += 1;
      const mine = round.current;
      setBusy(true);
      const answer = await question.current(key, cursor);
      if (mine !== round.current) return;
      setBusy(false);
      setState((before) => {
        const same = before.key === key;
        if (answer.outcome !== "ok") {
          return { ...(same ? before : { key, rows: null, next: null, pages: 0 }), problem: explain(answer) };
        }
        const earlier = cursor === null || !same ? [] : (before.rows ?? []);
        return {
          key,
          rows: [...earlier, ...answer.value.rows],
          next: answer.value.next,
          pages: cursor === null ? 1 : before.pages + 1,
          problem: null,
        };
      });
    },
    [key],
  );

  const again = useCallback(() => load(null), [load]);
  useEffect(() => {
    void again();
    return () => {
      round.current += 1;
    };
  }, [again]);

  const current = state.key === key ? state : null;
  const next = current?.next ?? null;
  const loadMore = useCallback(() => (next === null ? Promise.resolve() : load(next)), [load, next]);
  return {
    rows: current?.rows ?? null,
    problem: current?.problem ?? null,
    more: next !== null,
    pages: current?.pages ?? 0,
    busy,
    loadMore,
    again,
  };
}
