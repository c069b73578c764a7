/** A moment: how long ago, and the exact time with its zone beside it. The full UTC form is on hover. */
import { clockTime, exactTime, relativeTime } from "../time.ts";

/** `short`: how long ago and the clock, where the day is said elsewhere. `bare`: how long ago alone. */
export function Time({ at, look = "full" }: { at: string; look?: "full" | "short" | "bare" }) {
  const ago = relativeTime(at, new Date());
  return (
    <time dateTime={at} title={look === "full" ? at : `${exactTime(at)} (${at})`}>
      {ago}
      {look !== "bare" && <span class="exact"> {look === "short" ? clockTime(at) : exactTime(at)}</span>}
    </time>
  );
}
