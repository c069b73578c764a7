/** A program: writes `event-types.ts` from the catalogue in `event-types.json`. `npm run generate` runs it. */
import { writeFile } from "node:fs/promises";
import { type Catalogue, readCatalogue } from "./read-catalogue.ts";

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

if (import.meta.main) {
  await writeFile(new URL("./event-types.ts", import.meta.url), renderEventTypes(await readCatalogue()));
}
