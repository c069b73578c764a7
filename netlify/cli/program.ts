/** The commands of `npm run hook --`, all of them. */
import { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { hasOldSettings } from "../dev/running-instance.ts";
import { alertCommand } from "./alert-command.ts";
import type { CliContext } from "./cli-context.ts";
import { databaseCommand } from "./database-command.ts";
import { deadCommand, discardCommand } from "./dead-commands.ts";
import { doctorCommand } from "./doctor/command.ts";
import { eventsCommand } from "./events-command.ts";
import { forgetCommand } from "./forget-command.ts";
import { handlersCommand } from "./handlers-command.ts";
import { initCommand } from "./init-command.ts";
import { newCommand } from "./new-command.ts";
import { oktaCommand } from "./okta/command.ts";
import { pauseCommand, resumeCommand } from "./pause-commands.ts";
import { replayCommand } from "./replay-command.ts";
import { showCommand } from "./show-command.ts";
import { previewCommand } from "./simulate/preview-command.ts";
import { verifyCommand } from "./simulate/verify-command.ts";
import { typesCommand } from "./types-command.ts";

/** Builds the program. A command that fails sets `process.exitCode` or throws; it never ends the process itself. */
export function buildProgram(context: CliContext): Command {
  const { terminal } = context;
  const program = new Command("hook")
    .description(
      "Plays Okta against your endpoint, shows and repairs what came, and manages the event hook in Okta.",
    )
    .usage("<command> [options]")
    .version(packageJson.version)
    // The parser's own complaints are thrown like any other: the entry sets the exit code.
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.outText(text.trimEnd()),
      writeErr: (text) => {
        for (const line of text.trimEnd().split("\n")) terminal.error(line);
      },
    })
    .showHelpAfterError("(npm run hook -- --help lists the commands)")
    .addHelpText(
      "after",
      `
Run it as: npm run hook -- <command> [options]
In a script, with -s, or npm adds lines of its own: npm run -s hook -- events --json | jq length
Exit code 0: done; 1: not done, and a sentence says why; 2: the command line is wrong.`,
    );
  program.hook("preAction", (_, command) => {
    if (isAboutLocalSite(command) && hasOldSettings()) {
      terminal.error(
        "! .env was changed after npm start had read it. What runs here has the old settings: stop it with Ctrl+C and start it again.",
      );
    }
  });
  program.addCommand(initCommand(context));
  program.addCommand(verifyCommand(context));
  program.addCommand(previewCommand(context));
  program.addCommand(newCommand(context));
  program.addCommand(handlersCommand(context));
  program.addCommand(pauseCommand(context));
  program.addCommand(resumeCommand(context));
  program.addCommand(eventsCommand(context));
  program.addCommand(showCommand(context));
  program.addCommand(deadCommand(context));
  program.addCommand(replayCommand(context));
  program.addCommand(discardCommand(context));
  program.addCommand(forgetCommand(context));
  program.addCommand(oktaCommand(context));
  program.addCommand(typesCommand(terminal));
  program.addCommand(alertCommand(context));
  program.addCommand(databaseCommand(context));
  program.addCommand(doctorCommand(context));
  inherit(program);
  return program;
}

/** Whether a command is about the site that runs in this folder; what `okta` is told with `--url` is the hook's address. */
function isAboutLocalSite(command: Command): boolean {
  const hasUrl = command.options.some(({ long }) => long === "--url");
  const isOfHook = command.parent?.name() === "okta" && command.name() !== "catch-up";
  return hasUrl && !isOfHook && command.opts().url === undefined;
}

/** A command that was made on its own does not take over where and how its parent prints. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}
