/** Okta's whole catalogue of event types. Only the commands load it; the functions have `event-types.ts`, which is small. */
import { readFile } from "node:fs/promises";

/** Okta's catalogue of event types, as `event-types.json` keeps it. */
export interface Catalogue {
  /** Where the list comes from. */
  readonly source: string;
  /** Okta's release that the list describes. */
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
  return JSON.parse(await readFile(new URL("./event-types.json", import.meta.url), "utf8"));
}
