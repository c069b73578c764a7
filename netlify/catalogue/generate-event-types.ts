/**
 * Writes `event-types.ts` from the catalogue in `event-types.json`: `npm run generate`.
 *
 * The functions import the small generated file; the whole catalogue is loaded by the CLI alone.
 */
import { readFile, writeFile } from "node:fs/promises";

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

/** The text of `event-types.ts` for a catalogue. */
export function renderEventTypes({ eventTypes, release, source }: Catalogue): string {
  const eligible = eventTypes.filter((eventType) => eventType.eligible).map(({ id }) => id);
  return `// Generated from event-types.json by \`npm run generate\`. Do not edit.

/**
 * The ${eligible.length} event types that an event hook may subscribe to, of ${eventTypes.length} in release ${release}.
 * Source: ${source}.
 */
export const eligibleEventTypes = [
${eligible.map((id) => `  ${JSON.stringify(id)},`).join("\n")}
] as const;

/** An event type that an event hook may subscribe to. */
export type OktaEventType = (typeof eligibleEventTypes)[number];
`;
}

/** Reads the catalogue beside this file. */
export async function readCatalogue(): Promise<Catalogue> {
  return JSON.parse(await readFile(new URL("./event-types.json", import.meta.url), "utf8"));
}

if (import.meta.main) {
  await writeFile(new URL("./event-types.ts", import.meta.url), renderEventTypes(await readCatalogue()));
}
