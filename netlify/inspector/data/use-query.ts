/** One question to the API, asked when a view opens and again when told. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Answer, explain, isPassing } from "./call-api.ts";
import { useLive } from "./use-live.ts";

export interface QueryResult<Value> {
  /** The last answer; it stays while the question is asked again. */
  readonly value: Value | null;
  readonly problem: string | null;
  readonly again: () => Promise<void>;
}

/**
 * @param key what the question is about: another key is another question, and the old answer goes.
 * @param load the question itself; it gets the key.
 */
export function useQuery<Value>(
  key: string,
  load: (key: string) => Promise<Answer<Value>>,
): QueryResult<Value> {
  const [state, setState] = useState<{ key: string; answer: Answer<Value> | null }>({ key, answer: null });
  const { pulse } = useLive();
  const question = useRef(load);
  question.current = load;
  const round = useRef(0);
  const missed = useRef(false);

  const again = useCallback(async () => {
    round.current += 1;
    const mine = round.current;
    const answer = await question.current(key);
    if (mine !== round.current) return;
    missed.current = answer.outcome !== "ok" && isPassing(answer);
    setState((before) => {
      // A passing failure does not take away what is on the screen: the notice on top tells of it.
      const keep = missed.current && before.key === key && before.answer?.outcome === "ok";
      return keep ? before : { key, answer };
    });
  }, [key]);

  useEffect(() => {
    void again();
    return () => {
      round.current += 1;
    };
  }, [again]);
  // With each pulse the API answers again.
  useEffect(() => {
    if (missed.current) void again();
  }, [pulse]);

  const answer = state.key === key ? state.answer : null;
  return {
    value: answer?.outcome === "ok" ? answer.value : null,
    problem: answer !== null && answer.outcome !== "ok" ? explain(answer) : null,
    again,
  };
}
