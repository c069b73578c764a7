import { InvalidArgumentError } from "commander";

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads how far back to look.
 * @param text an age such as `30m`, `2h` or `7d`, or a time with its zone
 * @param now in milliseconds since 1970
 * @returns that time, in milliseconds since 1970
 */
export function readSince(text: string, now: number): number {
  const [, number, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (number !== undefined && (unit === "m" || unit === "h" || unit === "d")) {
    return now - Number(number) * UNITS_MS[unit];
  }
  const time = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(time)) {
    throw new InvalidArgumentError("Give 30m, 2h, 7d, or a time such as 2026-11-24T09:30:00Z.");
  }
  return time;
}
