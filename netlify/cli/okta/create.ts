/** `okta create`: makes the event hook, or brings the one of that name in line, and has Okta verify it. */
import { Command } from "commander";
import { askFirst, type CliContext } from "../cli-context.ts";
import { jsonOption } from "../options.ts";
import { printJson } from "../terminal.ts";
import {
  type ChangeOptions,
  carryOut,
  checkSecretFirst,
  PROPOSAL_SHAPE,
  proposalJson,
  propose,
  remarks,
} from "./change-hook.ts";
import { talking } from "./connect.ts";
import { describeDifferences, describeHook, describeStep, nameOf } from "./describe-hook.ts";
import { hookOptions } from "./hook-options.ts";
import { describeLeft } from "./own-hooks.ts";

/** The command. */
export function createCommand(context: CliContext): Command {
  const command = new Command("create").description(
    "create the event hook, or bring the one of that name in line, and verify it",
  );
  for (const option of hookOptions()) command.addOption(option);
  return command
    .option("--yes", "do not ask before an old hook of that name is replaced and deleted")
    .addOption(jsonOption(PROPOSAL_SHAPE))
    .addHelpText(
      "after",
      `
The secret comes from OKTA_HOOK_SECRET, its header from OKTA_HOOK_HEADER.

Examples:
  npm run hook -- okta create --url https://hooks.example.com/okta-webhooks-endpoint
  npm run hook -- okta create --url https://hkdk.events/abc123 --event user.lifecycle.create
  npm run hook -- okta create --url https://hooks.example.com/okta-webhooks-endpoint \\
    --filter "group.user_membership.add=event.target.?[displayName eq 'Sales'].size()>0"`,
    )
    .action((options: ChangeOptions) => talking(() => create(options, context)));
}

async function create(options: ChangeOptions, world: CliContext): Promise<void> {
  const proposal = await propose({ ...options, activate: true }, world);
  const { plan, left } = proposal;
  const { terminal, prompter } = proposal.context;
  if (plan.found !== undefined && plan.steps.length === 0) {
    terminal.out(`${nameOf(plan.found)} is as it should be. (Its secret cannot be read from the org.)`);
  } else {
    for (const line of describeDifferences(plan.differences)) terminal.out(line);
    for (const line of describeLeft(left)) terminal.error(line);
    await checkSecretFirst(proposal);
    const retires = plan.steps
      .filter(({ kind }) => kind === "retire")
      .map(describeStep)
      .join(", ");
    if (retires !== "") {
      await askFirst(prompter, `When the new hook is verified: ${retires}?`, {
        yes: options.yes,
        otherwise: "Nothing was changed",
        toDo: retires,
      });
    }
  }
  const hook = plan.steps.length === 0 && plan.found ? plan.found : await carryOut(proposal);
  if (options.json) {
    printJson(terminal, proposalJson(proposal, hook, plan.steps.length > 0));
  } else {
    terminal.out("");
    for (const line of describeHook(hook)) terminal.out(line);
  }
  if (plan.steps.length > 0) for (const line of remarks(hook)) terminal.error(line);
}
