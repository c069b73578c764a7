/** `okta create`: makes the event hook, or brings the one of that name in line, and has Okta verify it. */
import { Command } from "commander";
import type { CliContext } from "../cli-context.ts";
import { besideJson, jsonOption, printJson } from "../json.ts";
import { CommandError } from "../terminal.ts";
import {
  carryOut,
  checkSecretFirst,
  checkTyped,
  PROPOSAL_SHAPE,
  proposalJson,
  propose,
  remarks,
} from "./change-hook.ts";
import { connect, talking } from "./connect.ts";
import { describeDifferences, describeHook, describeStep, nameOf } from "./describe-hook.ts";
import { type HookOptions, hookOptions } from "./hook-options.ts";
import { describeLeft } from "./own-hooks.ts";

interface CreateOptions extends HookOptions {
  readonly yes?: true;
  readonly json?: true;
}

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
    .action((options: CreateOptions) => talking(() => create(options, context)));
}

async function create(options: CreateOptions, world: CliContext): Promise<void> {
  const terminal = options.json ? besideJson(world.terminal) : world.terminal;
  const context = { ...world, terminal };
  const { prompter: person } = context;
  await checkTyped(options);
  const org = connect(context);
  const proposal = await propose(org, { ...options, activate: true }, context);
  const { plan } = proposal;
  if (plan.found !== undefined && plan.steps.length === 0) {
    terminal.out(`${nameOf(plan.found)} is as it should be. (Its secret cannot be read from the org.)`);
  } else {
    for (const line of describeDifferences(plan.differences)) terminal.out(line);
    for (const line of describeLeft(proposal.left)) terminal.error(line);
    await checkSecretFirst(proposal, context);
    const retires = plan.steps.filter(({ kind }) => kind === "retire");
    if (retires.length > 0 && !options.yes) {
      const answer = await person.confirm(
        `When the new hook is verified: ${retires.map(describeStep).join(", ")}?`,
      );
      if (answer !== true) {
        throw new CommandError(
          `This would ${retires.map(describeStep).join(", ")}: give --yes if it may. Nothing was changed.`,
        );
      }
    }
  }
  const hook = plan.steps.length === 0 && plan.found ? plan.found : await carryOut(org, plan, context);
  if (options.json) {
    printJson(terminal, proposalJson(proposal, hook, plan.steps.length > 0));
  } else {
    terminal.out("");
    for (const line of describeHook(hook)) terminal.out(line);
  }
  if (plan.steps.length > 0) for (const line of remarks(hook)) terminal.error(line);
}
