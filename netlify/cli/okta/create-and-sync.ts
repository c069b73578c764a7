/** `okta create` and `okta sync`: the event hook is made, or brought in line with the handlers and settings. */
import { Command } from "commander";
import { hookStatus } from "../../okta/diagnose-hook.ts";
import { delivers } from "../../okta/find-hooks.ts";
import { askFirst, type CliContext } from "../cli-context.ts";
import { jsonOption } from "../options.ts";
import { CommandError, printJson } from "../terminal.ts";
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

/** Makes the event hook, or brings the one of that name in line, and has Okta verify it. */
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
  npm run hook -- okta create --url https://hkdk.events/abc123 --type user.lifecycle.create
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

/** Shows how the org's hook differs from the handlers and settings, and applies it. */
export function syncCommand(context: CliContext): Command {
  const command = new Command("sync").description(
    "show how the org's hook differs from the handlers and settings, and apply it",
  );
  for (const option of hookOptions()) command.addOption(option);
  return command
    .option("--secret", "OKTA_HOOK_SECRET is new: the org has another one, which cannot be seen")
    .option("--adopt <id>", "take over a hook that was made by hand or by somebody else")
    .option("--yes", "apply it without asking")
    .addOption(jsonOption(`${PROPOSAL_SHAPE}. Without --yes nothing is changed, and nothing asked`))
    .addHelpText(
      "after",
      `
What is not given stays as the org has it; the event types are those of the handlers.
A new address, header or secret is a second hook: created and verified before the old one is deleted.
Only hooks that this project made, or took over, are changed or deleted: their description says so.
Exit code 0: in line; 1: differences remain, or something failed; 2: the command line is wrong.

Examples:
  npm run hook -- okta sync
  npm run hook -- okta sync --yes
  npm run hook -- okta sync --url https://new.example.com/okta-webhooks-endpoint`,
    )
    .action((options: ChangeOptions) => talking(() => sync(options, context)));
}

async function sync(options: ChangeOptions, world: CliContext): Promise<void> {
  const proposal = await propose(options, world);
  const { org, plan, wanted } = proposal;
  const { terminal, prompter } = proposal.context;
  if (plan.found === undefined) {
    throw new CommandError(
      `${org.host} has no event hook "${options.name}": make it with "okta create --url <address>".`,
    );
  }
  if (options.json && !(options.yes && plan.steps.length > 0)) {
    printJson(terminal, proposalJson(proposal, plan.found, false));
    if (plan.steps.length > 0) process.exitCode = 1;
    return;
  }
  terminal.out(`${nameOf(plan.found)}: ${hookStatus(plan.found)}`);
  for (const line of describeDifferences(plan.differences)) terminal.out(line);
  for (const line of describeLeft(proposal.left)) terminal.error(line);
  if (!options.secret) {
    terminal.out("secret");
    terminal.out("  ? cannot be read from the org (--secret, if OKTA_HOOK_SECRET is another than the org's)");
  }
  if (!plan.found.active) terminal.error('It is INACTIVE and stays so: "okta activate" turns it on.');
  if (plan.steps.length === 0) return terminal.out("Nothing to change.");
  terminal.out("to do");
  for (const [index, step] of plan.steps.entries()) terminal.out(`  ${index + 1}. ${describeStep(step)}`);
  const silence = plan.steps.some((step) => step.kind === "replace" && step.adopts) && delivers(plan.found);
  if (silence) {
    terminal.error(
      "Until Okta has verified it again it gets no events, and Okta may take some minutes to begin: what happens in between is not delivered to it.",
    );
  }
  await askFirst(prompter, silence ? "Take it over, and miss the events of these minutes?" : "Apply this?", {
    yes: options.yes,
    otherwise: "Nothing was changed",
    toDo: "apply it",
  });
  await checkSecretFirst(proposal);
  const hook = await carryOut(proposal);
  if (options.json) printJson(terminal, proposalJson(proposal, hook, true));
  else terminal.out(`${nameOf(hook)}: ${hookStatus(hook)}`);
  for (const line of remarks(hook)) terminal.error(line);
  if (options.adopt !== undefined && wanted.name !== options.name) {
    terminal.error(`From now on the commands find it with --name and its name, "${wanted.name}".`);
  }
}
