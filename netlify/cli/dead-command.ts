/** `dead`: the runs that failed for the last time, by handler and kind of failure. */
import { Command } from "commander";
import { type FailingGroup, failing } from "../api/schema/failing.ts";
import { openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { type Line, paint, printJson } from "./terminal.ts";

/** `dead`: the largest group first. */
export function deadCommand({ environment, terminal }: CliContext): Command {
  return new Command("dead")
    .description("list the dead letters, by handler and kind of failure")
    .addOption(apiUrlOption())
    .addOption(
      jsonOption(
        "a list of {handler, fingerprint, error, registered, dead, retrying, since, lastAt, nextTryAt, pausedAt, eventTypes, examples: [{uuid, person}]}",
      ),
    )
    .addHelpText("after", "\nThen: npm run hook -- replay --dead, or replay <uuid>, or discard <uuid>")
    .action(async ({ url, json }: { url?: string; json?: true }) => {
      const { groups } = await openApi(url, environment).get("failing", failing);
      const dead = groups.filter((group) => group.dead > 0);
      if (json) return printJson(terminal, dead);
      if (dead.length === 0) return terminal.error("No dead letters.");
      for (const line of dead.flatMap(groupLines)) terminal.out(line);
    });
}

function groupLines({
  handler,
  error,
  registered,
  dead,
  lastAt,
  eventTypes,
  examples,
}: FailingGroup): Line[] {
  const gone = registered ? "" : " (this handler does not exist any more)";
  const more = dead > examples.length ? ` and ${dead - examples.length} more` : "";
  return [
    [paint("red", `${dead} dead`), `  ${handler}${gone}: ${error ?? "no error was kept"}`],
    `  ${eventTypes.join(", ")}, the last ${lastAt}`,
    ["  ", paint("dim", examples.map(({ uuid }) => uuid).join("  ") + more)],
  ];
}
