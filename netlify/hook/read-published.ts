/** Reads an event's `published` time. Stays out of everything else about the event. */

const ISO_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(\.\d+)?)?\s?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * The instant that a `published` names, to the millisecond; null where it names none that a database takes: no date,
 * 30 February, the year 275760. Without an offset it is UTC, as all of Okta's times are. A leap second (`:60`) is
 * read as the second after it.
 */
export function readPublished(published: string): Date | null {
  const match = ISO_TIME.exec(published.trim());
  if (match === null) return null;
  const [, year = "", month = "", day = "", clock = "", second = "00", fraction = "", offset = "Z"] = match;
  if (year === "0000" || Number(day) > daysInMonth(Number(year), Number(month))) return null;
  const leap = second === "60";
  const zone = /^z$/i.test(offset)
    ? "Z"
    : offset.replace(/^([+-]\d{2}):?(\d{2})?$/, (_, h, m) => `${h}:${m ?? "00"}`);
  const time = Date.parse(
    `${year}-${month}-${day}T${clock}:${leap ? "59" : second}${fraction.slice(0, 4)}${zone}`,
  );
  if (Number.isNaN(time)) return null;
  const instant = new Date(leap ? time + 1000 : time);
  // An offset can move the first or last hours of the calendar out of the years that fit.
  const inRange = instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999;
  return inRange ? instant : null;
}

function daysInMonth(year: number, month: number): number {
  return month >= 1 && month <= 12 ? new Date(Date.UTC(year, month, 0)).getUTCDate() : 0;
}
