/** When something is, as a person says it. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** For example `in 8 s`, `3 min ago`, `2 h ago`; from a day on the date. @param at in ISO 8601 */
export function describeTime(at: string, nowMs: number): string {
  const fromNowMs = Date.parse(at) - nowMs;
  const awayMs = Math.abs(fromNowMs);
  if (awayMs >= DAY_MS) return `on ${at.slice(0, 10)}`;
  const span =
    awayMs < MINUTE_MS
      ? `${Math.round(awayMs / 1000)} s`
      : awayMs < HOUR_MS
        ? `${Math.round(awayMs / MINUTE_MS)} min`
        : `${Math.round(awayMs / HOUR_MS)} h`;
  return fromNowMs > 0 ? `in ${span}` : `${span} ago`;
}

/** What a clock on the wall shows, e.g. `14:10`; from a day on with the date. @param at in ISO 8601 */
export function clockTime(at: string, nowMs: number): string {
  const date = new Date(at);
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  if (Math.abs(date.getTime() - nowMs) < DAY_MS) return time;
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${time}`;
}

const pad = (number: number) => String(number).padStart(2, "0");
