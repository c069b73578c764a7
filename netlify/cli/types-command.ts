/** `types [words]`: searches Okta's event types, without a network. */

import { Command } from "commander";
import { type Catalogue, readCatalogue } from "../catalogue/read-catalogue.ts";
import { nearestEventTypes } from "../okta/nearest-event-types.ts";
import { jsonOption } from "./options.ts";
import { type Line, paint, printJson, type Terminal } from "./terminal.ts";

type EventType = Catalogue["eventTypes"][number];

interface TypesOptions {
  readonly eligible?: true;
  readonly json?: true;
}

/** The command. */
export function typesCommand(terminal: Terminal): Command {
  return new Command("types")
    .description("search Okta's event types")
    .argument("[words...]", "each must be part of the name or a tag")
    .option("--eligible", "only those that an event hook may listen to")
    .addOption(jsonOption("a list of {id, eligible, since, tags}"))
    .addHelpText(
      "after",
      "\nExamples:\n  npm run hook -- types user lifecycle\n  npm run hook -- types --eligible group\n  npm run hook -- types mfa --json",
    )
    .action(async (words: string[], { eligible, json }: TypesOptions) => {
      const catalogue = await readCatalogue();
      const found = searchTypes(catalogue.eventTypes, words, eligible === true);
      if (json) return printJson(terminal, found);
      if (found.length === 0) return terminal.error(nothingFound(catalogue, words, eligible === true));
      for (const line of describeTypes(found)) terminal.out(line);
      terminal.error(
        `${found.length} of ${catalogue.eventTypes.length} event types (Okta's release ${catalogue.release}); * an event hook may listen to it.`,
      );
    });
}

/** The event types that hold every word in their name or tags. */
function searchTypes(
  all: readonly EventType[],
  words: readonly string[],
  eligibleOnly: boolean,
): EventType[] {
  const wanted = words.flatMap((word) => word.toLowerCase().split(/\s+/)).filter((word) => word !== "");
  return all.filter(({ id, tags, eligible }) => {
    const text = [id, ...tags].join(" ").toLowerCase();
    return (eligible || !eligibleOnly) && wanted.every((word) => text.includes(word));
  });
}

function describeTypes(found: readonly EventType[]): Line[] {
  const width = Math.max(...found.map(({ id }) => id.length));
  return found.map(({ id, eligible, since }) => {
    const line =
      `${eligible ? "*" : " "} ${id.padEnd(width)}  ${since === null ? "" : `since ${since}`}`.trimEnd();
    return eligible ? line : [paint("dim", line)];
  });
}

function nothingFound(
  { eventTypes, release }: Catalogue,
  words: readonly string[],
  eligibleOnly: boolean,
): string {
  const ids = eventTypes.filter(({ eligible }) => eligible || !eligibleOnly).map(({ id }) => id);
  return `No event type (Okta's release ${release}) has ${JSON.stringify(words.join(" "))} in it. The nearest are: ${nearestEventTypes(words.join("."), ids).join(", ")}.`;
}
