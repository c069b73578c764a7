/** `okta …`: everything that talks to the org. */
import { Command } from "commander";
import type { CliContext } from "../cli-context.ts";
import { actCommands } from "./act-on-hook.ts";
import { catchUpCommand } from "./catch-up.ts";
import { createCommand, syncCommand } from "./create-and-sync.ts";
import { rotateSecretCommand } from "./rotate-secret.ts";
import { statusCommand } from "./status.ts";

/** The group of commands. */
export function oktaCommand(context: CliContext): Command {
  const group = new Command("okta")
    .description("set up, verify, sync and look at the event hook in your Okta org")
    .addHelpText(
      "after",
      `
The org is OKTA_ORG_URL. Sign in with OKTA_API_TOKEN, or with OKTA_CLIENT_ID and OKTA_PRIVATE_KEY
of a service app with the scopes okta.eventHooks.manage and okta.logs.read.
Exit code 0: done; 1: not done, and a sentence says why; 2: the command line is wrong.`,
    );
  const commands = [
    createCommand(context),
    syncCommand(context),
    statusCommand(context),
    ...actCommands(context),
    rotateSecretCommand(context),
    catchUpCommand(context),
  ];
  for (const command of commands) group.addCommand(command);
  return group;
}
