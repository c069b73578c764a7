/** One question to the API: asked when a view opens, when something changed, and on demand. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Answer, isPassing } from "../../api/client/call-api.ts";
import { explain } from "./api.ts";
import { useLive } from "./use-live.ts";

export interface QueryResult<Value> {
  /** The last answer; it stays while the question is asked again. */
  readonly value: Value | null;
  readonly problem: string | null;
  readonly again: () => Promise<void>;
}

/**
 * @param key what the question is about: another key is another question, and the old answer goes. null: nothing is asked.
 * @param load the question itself; it gets the key
 * @param follow when it is asked again by itself: with each change that the page hears of, or with each pulse while what is known may be
 * about to change
 */
export function useQuery<Value>(
  key: string | null,
  load: (key: string) => Promise<Answer<Value>>,
  follow: "changes" | ((value: Value) => boolean) = () => false,
): QueryResult<Value> {
  const [state, setState] = useState<{ key: string | null; answer: Answer<Value> | null }>({
    key,
    answer: null,
  });
  const { pulse, refresh } = useLive();
  const question = useRef(load);
  question.current = load;
  const round = useRef(0);
  const missed = useRef(false);

  const again = useCallback(async () => {
    if (key === null) return;
    round.current += 1;
    const mine = round.current;
    const answer = await question.current(key);
    if (mine !== round.current) return;
    missed.current = answer.outcome !== "ok" && isPassing(answer);
    setState((before) => {
      // A passing failure does not take away what is on the screen: the notice on top says so.
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

  const answer = state.key === key ? state.answer : null;
  const value = answer?.outcome === "ok" ? answer.value : null;
  const followsPulse = follow !== "changes" && value !== null && follow(value);
  useAfterFirst(() => {
    // With each pulse the API answers again.
    if (missed.current || followsPulse) void again();
  }, pulse);
  useAfterFirst(() => {
    if (follow === "changes") void again();
  }, refresh);

  return {
    value,
    problem: answer !== null && answer.outcome !== "ok" ? explain(answer) : null,
    again,
  };
}

/** Acts each time that a number is another than before; not at first. */
export function useAfterFirst(act: () => void, number: number): void {
  const before = useRef(number);
  useEffect(() => {
    if (before.current === number) return;
    before.current = number;
    act();
  }, [number]);
}
