/**
 * `okta rotate-secret`: a new secret without losing a delivery. The endpoint learns to accept both, a second hook
 * brings the new one and is verified, and only then the old hook goes.
 *
 * It can be left and taken up again: with `OKTA_HOOK_SECRET_PREVIOUS` set, the new secret is the one in
 * `OKTA_HOOK_SECRET`, and the command goes on where it stopped.
 */
import { Command } from "commander";
import { checkAddress } from "../../okta/check-specification.ts";
import { hookStatus } from "../../okta/diagnose-hook.ts";
import type { EventHook, HookSpecification } from "../../okta/event-hook.ts";
import { mainHook, tagDescription } from "../../okta/find-hooks.ts";
import type { Org } from "../../okta/open-org.ts";
import { checkRoom, planChange } from "../../okta/plan-change.ts";
import { type HookSettings, readHookSettings } from "../../settings/hook-settings.ts";
import type { CliContext } from "../cli-context.ts";
import { makeBasicSecret } from "../init-command.ts";
import { CommandError } from "../terminal.ts";
import { carryOut, remarks } from "./change-hook.ts";
import { connect, talking } from "./connect.ts";
import { describeHook, nameOf } from "./describe-hook.ts";
import { nameOption, overlapOption } from "./hook-options.ts";
import { selectHooks } from "./own-hooks.ts";
import { proveSecret } from "./prove-secret.ts";

interface RotateOptions {
  readonly name: string;
  readonly overlap: number;
  readonly yes?: true;
}

/** The command. */
export function rotateSecretCommand(context: CliContext): Command {
  return new Command("rotate-secret")
    .description("replace the secret in the order that loses no delivery")
    .addOption(nameOption())
    .addOption(overlapOption())
    .option("--yes", "do not ask; go on even where the endpoint's answer proves nothing (Hookdeck)")
    .addHelpText(
      "after",
      `
1. Makes a new secret and says where to set it, beside the old one in OKTA_HOOK_SECRET_PREVIOUS.
2. When both are set here and deployed: checks that the endpoint accepts both, creates a second hook with
   the new secret, has Okta verify it, and deletes the old one.

Example: npm run hook -- okta rotate-secret`,
    )
    .action((options: RotateOptions) => talking(() => rotateSecret(options, context)));
}

async function rotateSecret(options: RotateOptions, context: CliContext): Promise<void> {
  const { environment, terminal, prompter: person } = context;
  const settings = readHookSettings(environment);
  const org = connect(context);
  const hooks = await person.during("Reading the org's event hooks", () => org.listHooks());
  const { found } = selectHooks(org, hooks, options);
  const current = chooseDelivering(found, options.name, org);
  const secrets = await chooseSecrets(settings, context);
  if (secrets === undefined) {
    process.exitCode = 1; // Not done yet.
    return;
  }
  if (secrets.fresh === secrets.old) {
    throw new CommandError(
      "OKTA_HOOK_SECRET and OKTA_HOOK_SECRET_PREVIOUS are the same: there is nothing to rotate to.",
    );
  }
  await proveBoth(current.address, settings.header, secrets, options, context);

  const wanted: HookSpecification = {
    name: options.name,
    description: tagDescription(current.description, options.name),
    address: current.address,
    secret: { header: settings.header, value: secrets.fresh },
    extraHeaders: current.extraHeaders,
    eventTypes: current.eventTypes,
    filters: current.filters,
  };
  const plan = planChange(found, wanted, {
    newSecret: true,
    activate: false,
    adopts: false,
    overlapMs: options.overlap * 60_000,
    hooks,
  });
  const full = checkRoom(hooks, plan);
  if (full !== undefined) throw new CommandError(full);
  const hook = await carryOut({ org, plan, context });
  terminal.out("");
  for (const line of describeHook(hook)) terminal.out(line);
  terminal.out("");
  terminal.out("Okta sends the new secret only. Take OKTA_HOOK_SECRET_PREVIOUS away tomorrow, and deploy.");
  for (const line of remarks(hook)) terminal.error(line);
}

function chooseDelivering(found: readonly EventHook[], name: string, org: Org): EventHook {
  const current = mainHook(found);
  if (current === undefined) throw new CommandError(`${org.host} has no event hook "${name}".`);
  if (!current.active || !current.verified) {
    throw new CommandError(
      `${nameOf(current)} is ${hookStatus(current)}: mend that first, it gets no events.`,
    );
  }
  if (current.secretHeader === undefined) {
    throw new CommandError(
      `${nameOf(current)} has no secret to rotate: set OKTA_HOOK_SECRET and run "okta sync".`,
    );
  }
  const [problem] = checkAddress(current.address);
  if (problem !== undefined)
    throw new CommandError(`${nameOf(current)} has an address that cannot be used. ${problem}`);
  return current;
}

interface Secrets {
  readonly fresh: string;
  readonly old: string;
}

/** The two secrets, or undefined when the person has something to do first. */
async function chooseSecrets(settings: HookSettings, context: CliContext): Promise<Secrets | undefined> {
  const { terminal, prompter: person, randomBytes } = context;
  const [first, previous] = settings.secrets;
  if (first === undefined)
    throw new CommandError("OKTA_HOOK_SECRET is not set: it must be the secret that is in use.");
  if (previous !== undefined) return { fresh: first, old: previous };
  const fresh =
    settings.header === "authorization"
      ? makeBasicSecret(randomBytes)
      : randomBytes(32).toString("base64url");
  for (const line of [
    "A new secret. Where the endpoint is deployed, and in .env:",
    "",
    "  1. OKTA_HOOK_SECRET_PREVIOUS gets the value that OKTA_HOOK_SECRET has now.",
    "  2. OKTA_HOOK_SECRET gets this value:",
    "",
    fresh,
    "",
    "Then deploy. The endpoint accepts both from then on.",
  ]) {
    terminal.out(line);
  }
  if (await person.confirm("Is it deployed with both?")) return { fresh, old: first };
  terminal.out("When it is, run this command again: it goes on from there.");
  return undefined;
}

/** @throws {CommandError} unless the endpoint accepts both, or the person goes on without proof. */
async function proveBoth(
  address: string,
  header: string,
  secrets: Secrets,
  { yes }: RotateOptions,
  { terminal, prompter: person }: CliContext,
): Promise<void> {
  const host = new URL(address).host;
  const checks = [
    { secret: secrets.fresh, what: "the new secret", fix: "deploy it as OKTA_HOOK_SECRET" },
    { secret: secrets.old, what: "the old secret", fix: "deploy it as OKTA_HOOK_SECRET_PREVIOUS" },
  ];
  let unproven = "";
  for (const { secret, what, fix } of checks) {
    const proof = await person.during(`Trying ${what}`, () => proveSecret(address, header, secret));
    if (proof.kind === "rejected") {
      throw new CommandError(
        `${host} does not accept ${what}: ${fix}, then run this again. Nothing was changed in the org.`,
      );
    }
    if (proof.kind === "blocked")
      unproven = `${host} answers ${proof.status} with a page of its own, not the endpoint's`;
    if (proof.kind === "accepted") terminal.out(`${host} accepts ${what}.`);
    if (proof.kind === "hookdeck")
      unproven = "Hookdeck answers for the endpoint, so nothing proves that it accepts both secrets";
    if (proof.kind === "unknown") unproven = `${host} could not be asked (${proof.why})`;
  }
  if (unproven === "") return;
  if (yes || (await person.confirm(`${unproven}. Go on?`))) return;
  throw new CommandError(`${unproven}: give --yes if it does. Nothing was changed in the org.`);
}
