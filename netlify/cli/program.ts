/** The commands of `npm run hook --`, all of them. Each lives in a folder of its own. */
import { Command } from "commander";
import type { CliContext } from "./cli-context.ts";
import { doctorCommand } from "./doctor/command.ts";
import { eventsCommand, replayCommand, showCommand } from "./events/commands.ts";
import { discardCommand } from "./events/discard.ts";
import { initCommand } from "./init/command.ts";
import { oktaCommand } from "./okta/command.ts";
import { previewCommand, verifyCommand } from "./play/commands.ts";
import { typesCommand } from "./types/command.ts";

/** Builds the program. A command that fails sets `process.exitCode` or throws; it never ends the process itself. */
export function buildProgram(context: CliContext): Command {
  const { environment, terminal } = context;
  const program = new Command("hook")
    .description("Plays Okta against an endpoint, and works on the event hook in Okta.")
    .usage("<command> [options]")
    .configureOutput({
      writeOut: (text) => terminal.outText(text.trimEnd()),
      writeErr: (text) => {
        for (const line of text.trimEnd().split("\n")) terminal.error(line);
      },
    })
    .showHelpAfterError("(npm run hook -- --help lists the commands)")
    .addHelpText("after", "\nRun it as: npm run hook -- <command> [options]");
  program.addCommand(initCommand(context));
  program.addCommand(verifyCommand(environment, terminal));
  program.addCommand(previewCommand(environment, terminal));
  program.addCommand(eventsCommand(environment, terminal));
  program.addCommand(showCommand(environment, terminal));
  program.addCommand(replayCommand(environment, terminal));
  program.addCommand(discardCommand(context));
  program.addCommand(oktaCommand(context));
  program.addCommand(typesCommand(terminal));
  program.addCommand(doctorCommand(context));
  inherit(program);
  return program;
}

/** A command that was made on its own does not take over where and how its parent prints. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}
