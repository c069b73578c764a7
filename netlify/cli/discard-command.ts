/** `discard`: removes dead letters, after a question. */
import { Command, Option } from "commander";
import { discardResult } from "../api/schema/failing.ts";
import { openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { findUuid, readUuid } from "./event-uuid.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { CommandError, printJson, UsageError } from "./terminal.ts";

export function discardCommand({ environment, terminal, prompter: person }: CliContext): Command {
  return new Command("discard")
    .description("remove dead letters: those of one event, those of a handler, or all")
    .argument("[uuid]", "the event's uuid, or its beginning", readUuid)
    .addOption(apiUrlOption())
    .addOption(new Option("--handler <name>", "only those of this handler").conflicts("dead"))
    .option("--dead", "all dead letters")
    .option("--yes", "do not ask")
    .addOption(jsonOption("{discarded}"))
    .addHelpText(
      "after",
      "\nExamples:\n  npm run hook -- discard 2f1c8a1e-6d0b-11f0-9a3e-5b0c8a7d1e2f\n  npm run hook -- discard --handler an-old-name\n  npm run hook -- discard --dead",
    )
    .action(async (typed: string | undefined, { url, handler, dead, yes, json }: DiscardOptions) => {
      if (dead ? typed !== undefined : typed === undefined && handler === undefined) {
        throw new UsageError(
          "Name one event by its uuid, a handler with --handler, or say --dead for all dead letters.",
        );
      }
      const api = openApi(url, environment);
      const uuid = typed === undefined ? undefined : await findUuid(api, typed);
      if (!yes) {
        const answer = await person.confirm(
          `Discard ${whichOf(uuid, handler)}? They cannot be replayed from the list any more.`,
        );
        if (answer === undefined) throw new CommandError("Nothing was discarded: give --yes to discard.");
        if (!answer) throw new CommandError("Nothing was discarded.");
      }
      const answer = await api.delete("failing", bodyFor(uuid, handler), discardResult);
      if (json) return printJson(terminal, answer);
      const { discarded } = answer;
      terminal.out(
        discarded === 1 ? "1 dead letter was discarded" : `${discarded} dead letters were discarded`,
      );
    });
}

interface DiscardOptions {
  readonly url?: string;
  readonly handler?: string;
  readonly dead?: true;
  readonly yes?: true;
  readonly json?: true;
}

function whichOf(uuid: string | undefined, handler: string | undefined): string {
  const event = uuid === undefined ? "" : ` of event ${uuid}`;
  const name = handler === undefined ? "" : ` of handler ${handler}`;
  return event || name ? `the dead letters${event}${name}` : "all dead letters";
}

function bodyFor(uuid: string | undefined, handler: string | undefined): object {
  const name = handler === undefined ? {} : { handler };
  if (uuid !== undefined) return { runs: [{ uuid, ...name }] };
  return handler === undefined ? { all: true } : name;
}
