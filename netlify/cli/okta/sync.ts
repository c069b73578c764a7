/** `okta sync`: shows how the org's hook differs from the handlers and settings, and applies it. */
import { Command } from "commander";
import { hookStatus } from "../../okta/judge-hook.ts";
import type { Plan } from "../../okta/plan-change.ts";
import type { CliContext } from "../cli-context.ts";
import { CommandError } from "../terminal.ts";
import { carryOut, checkSecretFirst, checkTyped, propose, remarks } from "./change-hook.ts";
import { connect, talking } from "./connect.ts";
import { describeDifferences, describeStep, nameOf } from "./describe-hook.ts";
import { type HookOptions, hookOptions } from "./hook-options.ts";

interface SyncOptions extends HookOptions {
  readonly secret?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** The command. */
export function syncCommand(context: CliContext): Command {
  const command = new Command("sync").description(
    "show how the org's hook differs from the handlers and settings, and apply it",
  );
  for (const option of hookOptions()) command.addOption(option);
  return command
    .option("--secret", "OKTA_HOOK_SECRET is new: the org has another one, which cannot be seen")
    .option("--yes", "apply it without asking")
    .option("--json", "print the differences as JSON and change nothing")
    .addHelpText(
      "after",
      `
What is not given stays as the org has it; the event types are those of the handlers.
A new address, header or secret is a second hook: created and verified before the old one is deleted.
Exit code 0: in line; 1: differences remain, or something failed.

Examples:
  npm run hook -- okta sync
  npm run hook -- okta sync --yes
  npm run hook -- okta sync --url https://new.example.com/okta-webhooks-endpoint`,
    )
    .action((options: SyncOptions) => talking(() => sync(options, context)));
}

async function sync(options: SyncOptions, context: CliContext): Promise<void> {
  const { terminal, person } = context;
  await checkTyped(options);
  const org = await connect(context);
  const proposal = await propose(org, options, context);
  const { plan } = proposal;
  if (plan.found === undefined) {
    throw new CommandError(
      `${org.host} has no event hook "${options.name}": make it with "okta create --url <address>".`,
    );
  }
  if (options.json) {
    terminal.outText(asJson(plan));
    if (plan.steps.length > 0) process.exitCode = 1;
    return;
  }
  terminal.out(`${nameOf(plan.found)}: ${hookStatus(plan.found)}`);
  for (const line of describeDifferences(plan.differences)) terminal.out(line);
  if (!options.secret) {
    terminal.out("secret");
    terminal.out("  ? cannot be read from the org (--secret, if OKTA_HOOK_SECRET is another than the org's)");
  }
  if (!plan.found.active) terminal.error('It is INACTIVE and stays so: "okta activate" turns it on.');
  if (plan.steps.length === 0) return terminal.out("Nothing to change.");
  terminal.out("to do");
  for (const [index, step] of plan.steps.entries()) terminal.out(`  ${index + 1}. ${describeStep(step)}`);
  if (!options.yes) {
    const answer = await person.confirm("Apply this?");
    if (answer === undefined) throw new CommandError("Nothing was changed: give --yes to apply it.");
    if (!answer) throw new CommandError("Nothing was changed.");
  }
  await checkSecretFirst(proposal, context);
  const hook = await carryOut(org, plan, context);
  terminal.out(`${nameOf(hook)}: ${hookStatus(hook)}`);
  for (const line of remarks(hook)) terminal.error(line);
}

function asJson({ found, differences, steps }: Plan): string {
  const shown = {
    id: found?.id,
    name: found?.name,
    active: found?.active,
    verified: found?.verified,
    secret: "cannot be read from the org",
    differences,
    steps: steps.map(({ kind }) => kind),
  };
  return JSON.stringify(shown, null, 2);
}
