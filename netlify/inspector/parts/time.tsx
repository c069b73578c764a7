/** A moment, readable here, with its full UTC form on hover. */
import { clockTime, shortTime } from "../time.ts";

/** `short`: the clock alone, where the day is said elsewhere. */
export function Time({ at, short = false }: { at: string; short?: boolean }) {
  return (
    <time dateTime={at} title={at}>
      {short ? clockTime(at) : shortTime(at, new Date())}
    </time>
  );
}
