/** Times as a person at this place reads them. What is stored is UTC; the full UTC time is always one hover away. */

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const exact = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
  timeZoneName: "short",
});
const numbers = new Intl.NumberFormat();

/** `14:03:59`. */
export function clockTime(iso: string): string {
  return format(iso, (at) => clock.format(at));
}

const minutes = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** `14:03` today, and with the day before it: `Tue, 24 Nov 14:03`. */
export function shortTime(iso: string): string {
  return format(iso, (at) => {
    const isToday = startOfDay(at) === startOfDay(new Date());
    return isToday ? minutes.format(at) : `${day.format(at)} ${minutes.format(at)}`;
  });
}

/** `Today`, `Yesterday`, `Tue, 24 Nov`, and with the year where it is not this one. */
export function dayName(iso: string, now: Date): string {
  return format(iso, (at) => {
    const daysAgo = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
    if (daysAgo === 0) return "Today";
    if (daysAgo === 1) return "Yesterday";
    return at.getFullYear() === now.getFullYear() ? day.format(at) : dayAndYear.format(at);
  });
}

/** How long ago, or how soon: `now`, `12 s ago`, `3 min ago`, `in 2 h`. In its largest unit. */
export function relativeTime(iso: string, now: Date): string {
  return format(iso, (at) => {
    const ms = now.getTime() - at.getTime();
    const size = Math.abs(ms);
    if (size < 5_000) return "now";
    const [unit, unitMs] = (
      [
        ["d", 86_400_000],
        ["h", 3_600_000],
        ["min", 60_000],
        ["s", 1000],
      ] as const
    ).find(([, each]) => size >= each) ?? ["s", 1000];
    const length = `${count(Math.floor(size / unitMs))} ${unit}`;
    return ms < 0 ? `in ${length}` : `${length} ago`;
  });
}

/** `24 Nov 2026, 14:03:59 GMT+1`. */
export function exactTime(iso: string): string {
  return format(iso, (at) => exact.format(at));
}

/** The zone that times are shown in, e.g. `Europe/Oslo`. */
export const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A length of time in its two largest units: `850 ms`, `12 s`, `3 min 5 s`, `2 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ] as const;
  const first = units.findIndex(([, size]) => ms >= size);
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of units.slice(first, first + 2)) {
    const many = Math.floor(rest / size);
    if (many > 0) parts.push(`${many} ${unit}`);
    rest -= many * size;
  }
  return parts.join(" ");
}

/** `1,234`. */
export function count(number: number): string {
  return numbers.format(number);
}

/** What the API counts up to: see `netlify/events/work/queue/failing-runs.ts`. */
export const COUNT_LIMIT = 10_000;

/** `1,407`, and `10,000+` where there may be more. */
export function cappedCount(number: number, limit = COUNT_LIMIT): string {
  return number >= limit ? `${count(limit)}+` : count(number);
}

/** `1 event`, `3 events`; with a limit `10,000+ events`. */
export function counted(number: number, one: string, limit?: number): string {
  return `${limit === undefined ? count(number) : cappedCount(number, limit)} ${number === 1 ? one : `${one}s`}`;
}

function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** Whatever is no time is shown as it is: Okta's data is not ours to judge. */
function format(iso: string, how: (at: Date) => string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : how(at);
}
