/** `new handler <name>`: a handler to begin with, its line in index.ts, and its test. */
import { Command } from "commander";
import { eligibleEventTypes } from "../catalogue/event-types.ts";
import { readCatalogue } from "../catalogue/read-catalogue.ts";
import { subscribedEventTypes } from "../handler-kit/event-pattern.ts";
import { HANDLER_NAME } from "../handler-kit/handler-name.ts";
import { nearestEventTypes } from "../okta/nearest-event-types.ts";
import type { CliContext } from "./cli-context.ts";
import { jsonOption, repeatable } from "./options.ts";
import { printJson, UsageError } from "./terminal.ts";
import { sampleTypeOf, writeHandler } from "./write-handler.ts";

interface NewOptions {
  readonly on: readonly string[];
  readonly json?: true;
}

/** `new`, with `handler` below it. */
export function newCommand({ terminal, directory }: CliContext): Command {
  return new Command("new").description("write a new handler").addCommand(
    new Command("handler")
      .description("write a handler, its line in netlify/handlers/index.ts, and its test")
      .argument("<name>", "small letters, digits and single hyphens, e.g. offboard-user")
      .addOption(
        repeatable(
          "--on <event type>",
          "what it listens to: an event type or a family",
          String,
        ).makeOptionMandatory(),
      )
      .addOption(jsonOption("{files: [path]}, those that were written"))
      .addHelpText(
        "after",
        '\nExamples:\n  npm run hook -- new handler offboard-user --on user.lifecycle.deactivate\n  npm run hook -- new handler watch-groups --on "group.*"',
      )
      .action(async (name: string, { on, json }: NewOptions) => {
        if (!HANDLER_NAME.test(name)) {
          throw new UsageError(
            `${JSON.stringify(name)} cannot name a handler. Use small letters, digits and single hyphens, 64 at most, e.g. offboard-user.`,
          );
        }
        const patterns = [...new Set(on)];
        for (const pattern of patterns) await checkPattern(pattern);
        const written = await writeHandler(directory, { name, on: patterns });
        if (json) return printJson(terminal, { files: written });
        for (const file of written) terminal.out(`wrote ${file}`);
        const sample = sampleTypeOf(patterns[0] ?? "*");
        for (const line of [
          "",
          "Now write what it does, and then:",
          `  npx vitest run tests/handlers/${name}.test.ts`,
          `  npm run hook -- preview ${sample}      while npm start runs: it says what the handler made of it`,
          "  npm run hook -- handlers      the settings that it declares go into .env",
        ]) {
          terminal.out(line);
        }
      }),
  );
}

/** @throws {UsageError} for what no event hook may listen to, naming what is nearest. */
async function checkPattern(pattern: string): Promise<void> {
  if (pattern === "*" || eligibleEventTypes.some((type) => type === pattern)) return;
  if (pattern.endsWith(".*") && subscribedEventTypes(pattern).length > 0) return;
  const { eventTypes, release } = await readCatalogue();
  const near = `The nearest are: ${nearestEventTypes(pattern, eligibleEventTypes).join(", ")}.`;
  throw new UsageError(
    eventTypes.some(({ id }) => id === pattern)
      ? `Okta sends ${pattern} to no event hook. ${near}`
      : `${JSON.stringify(pattern)} is no event type of Okta's release ${release}. ${near}`,
  );
}
