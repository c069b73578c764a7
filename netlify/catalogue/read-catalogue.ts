/** Okta's whole catalogue of event types. Only the commands load it; the functions have `event-types.ts`, which is small. */
import { readFile } from "node:fs/promises";

/** Okta's catalogue of event types, as `event-types.json` keeps it. */
export interface Catalogue {
  /** Where the list comes from. */
  readonly source: string;
  /** Okta's release that the list describes: the latest in which a type appeared. */
  readonly release: string;
  readonly eventTypes: readonly {
    readonly id: string;
    /** Whether an event hook may subscribe to it. */
    readonly eligible: boolean;
    /** The release in which it appeared. */
    readonly since: string | null;
    readonly tags: readonly string[];
  }[];
}

/** Reads the catalogue beside this file. */
export async function readCatalogue(): Promise<Catalogue> {
  const listed: Omit<Catalogue, "release"> = JSON.parse(
    await readFile(new URL("./event-types.json", import.meta.url), "utf8"),
  );
  return { ...listed, release: latestRelease(listed.eventTypes.flatMap(({ since }) => since ?? [])) };
}

/** The latest of some releases. */
export function latestRelease(releases: readonly string[]): string {
  return releases.reduce((one, other) => (releaseTime(other) > releaseTime(one) ? other : one), "0");
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * About when a release came. Until September 2026 its name is year, month and the weeks since the month's first Wednesday
 * (2026.08.1); since October it is year, week and a patch (2026.41.0, 7 October). Some names have no third part.
 */
function releaseTime(release: string): number {
  const [year = 0, part = 1, patch = 0] = release.split(".").map(Number);
  const isWeek = year > 2026 || part > 12;
  // The first week of a year has its first Thursday, so its Wednesday is 31 December at the earliest.
  const from = isWeek ? Date.UTC(year, 0, 0) : Date.UTC(year, part - 1, 1);
  const daysToWednesday = (10 - new Date(from).getUTCDay()) % 7;
  const weeks = isWeek ? part - 1 : patch;
  return from + (daysToWednesday + 7 * weeks) * DAY_MS + (isWeek ? patch : 0);
}
