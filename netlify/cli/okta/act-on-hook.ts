/** `okta verify`, `activate`, `deactivate` and `delete`: each acts on one hook. */
import { Command } from "commander";
import { retireHook, verifyHook } from "../../okta/apply-plan.ts";
import { DEFAULT_HOOK_NAME, hookStatus } from "../../okta/diagnose-hook.ts";
import type { EventHook } from "../../okta/event-hook.ts";
import { findHooks } from "../../okta/find-hooks.ts";
import type { Org } from "../../okta/open-org.ts";
import { askFirst, type CliContext } from "../cli-context.ts";
import { jsonOption } from "../options.ts";
import { CommandError, printJson } from "../terminal.ts";
import { remarks } from "./change-hook.ts";
import { connect, talking } from "./connect.ts";
import { hookJson, nameOf } from "./describe-hook.ts";

/** The four commands. */
export function actCommands(context: CliContext): Command[] {
  const { terminal } = context;
  const act = (name: string, description: string, work: (org: Org, hook: EventHook) => Promise<EventHook>) =>
    command(name, description)
      .addOption(jsonOption("HOOK, as `okta status --help` tells it"))
      .action((idOrName: string, { json }: { json?: true }) =>
        talking(async () => {
          const org = connect(context);
          const hook = await context.prompter.during(`${name} ${idOrName}`, async () =>
            work(org, await chooseHook(org, idOrName)),
          );
          if (json) printJson(terminal, hookJson(hook));
          else terminal.out(`${nameOf(hook)}: ${hookStatus(hook)}`);
          for (const line of remarks(hook)) terminal.error(line);
        }),
      );
  return [
    act("verify", "have Okta verify the hook's address", (org, hook) => verifyHook(org, hook.id)),
    act("activate", "activate a hook", (org, hook) => org.activateHook(hook.id)),
    act("deactivate", "deactivate a hook: it gets no events", (org, hook) => org.deactivateHook(hook.id)),
    command("delete", "delete a hook for good; an active one is deactivated first")
      .option("--yes", "do not ask")
      .addOption(jsonOption("HOOK, as it was"))
      .action((idOrName: string, options: DeleteOptions) =>
        talking(() => deleteHook(idOrName, options, context)),
      ),
  ];
}

function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("[hook]", "the hook's name or id", DEFAULT_HOOK_NAME)
    .addHelpText("after", `\nExample: npm run hook -- okta ${name} "${DEFAULT_HOOK_NAME}"`);
}

interface DeleteOptions {
  readonly yes?: true;
  readonly json?: true;
}

async function deleteHook(
  idOrName: string,
  { yes, json }: DeleteOptions,
  context: CliContext,
): Promise<void> {
  const { terminal, prompter: person } = context;
  const org = connect(context);
  const hook = await chooseHook(org, idOrName);
  await askFirst(person, `Delete ${nameOf(hook)}, ${hookStatus(hook)}? It cannot be brought back.`, {
    yes,
    otherwise: `${nameOf(hook)} was not deleted`,
    toDo: "delete it",
  });
  await person.during("Deleting it", () => retireHook(org, hook));
  if (json) printJson(terminal, hookJson(hook));
  else terminal.out(`Deleted ${nameOf(hook)}.`);
}

/** The hook that is meant. @throws {CommandError} when there is none or more than one. */
async function chooseHook(org: Org, idOrName: string): Promise<EventHook> {
  const hooks = await org.listHooks();
  const [hook, ...others] = findHooks(hooks, idOrName);
  if (hook === undefined) {
    const there = hooks.length === 0 ? "none" : hooks.map(nameOf).join(", ");
    throw new CommandError(`${org.host} has no event hook "${idOrName}". It has: ${there}.`);
  }
  if (others.length > 0) {
    throw new CommandError(
      `More than one event hook is called so: give the id of ${[hook, ...others].map(nameOf).join(" or ")}.`,
    );
  }
  return hook;
}
