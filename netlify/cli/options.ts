/** Options that several commands have, and how what is typed after them is read. */
import { InvalidArgumentError, Option } from "commander";

/** `--url`: which site a command is about; without it the one that runs in this folder. */
export function urlOption(): Option {
  return new Option("--url <address>", "a site, or its endpoint; without it the one that runs here");
}

/** The same, for a command that asks the site's API. */
export function apiUrlOption(): Option {
  const { flags, description } = urlOption();
  return new Option(flags, `${description}. Deployed it asks for INSPECTOR_PASSWORD`);
}

/** `--json`: the result as JSON. @param shape of what is printed, in words for `--help` */
export function jsonOption(shape: string): Option {
  return new Option("--json", `print JSON: ${shape}`);
}

/** `--since`: how far back. @param now in milliseconds since 1970 */
export function sinceOption(what: string, now: () => number): Option {
  return new Option(
    "--since <time>",
    `${what}: 30m, 2h, 7d, or a time such as 2026-11-24T09:30:00Z`,
  ).argParser((text) => readSince(text, now()));
}

/** An option that may be repeated. */
export function repeatable<Value>(flags: string, description: string, read: (text: string) => Value): Option {
  return new Option(flags, `${description}; repeatable`).argParser((text, before: readonly Value[] = []) => [
    ...before,
    read(text),
  ]);
}

/** Reads a whole number. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < min || number > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    }
    return number;
  };
}

/**
 * Reads a header as it is typed: `name: value`.
 * @throws {InvalidArgumentError} for what no header can be
 */
export function readHeader(text: string): { readonly name: string; readonly value: string } {
  const colon = text.indexOf(":");
  const header = { name: text.slice(0, Math.max(colon, 0)).trim(), value: text.slice(colon + 1).trim() };
  try {
    new Headers([[header.name, header.value]]);
  } catch {
    // `Headers` knows what a header may be; its words would not help here.
    throw new InvalidArgumentError('Give it as "name: value".');
  }
  return header;
}

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

function readSince(text: string, now: number): number {
  const [, number, unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (unitMs !== undefined) return now - Number(number) * unitMs;
  const isTime = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?$/.test(text);
  const time = isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new InvalidArgumentError("Give 30m, 2h, 7d, or a time such as 2026-11-24T09:30:00Z.");
  }
  return time;
}
