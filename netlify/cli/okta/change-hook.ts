/** Brings the org's hook in line with what is wanted: the common part of `okta create` and `okta sync`. */
import { isHookdeck } from "../../base/addresses.ts";
import { readCatalogue } from "../../catalogue/read-catalogue.ts";
import { applyPlan } from "../../okta/apply-plan.ts";
import { checkAddress, checkEventTypes } from "../../okta/check-specification.ts";
import type { EventHook, HookSpecification } from "../../okta/event-hook.ts";
import { delivers, mainHook } from "../../okta/find-hooks.ts";
import type { Org } from "../../okta/open-org.ts";
import { checkRoom, type Plan, planChange, type Step } from "../../okta/plan-change.ts";
import { readHookSettings } from "../../settings/hook-settings.ts";
import type { CliContext } from "../cli-context.ts";
import { besideJson, CommandError } from "../terminal.ts";
import { connect } from "./connect.ts";
import { describeStep, hookJson, nameOf } from "./describe-hook.ts";
import { type HookOptions, specifyHook } from "./hook-options.ts";
import { selectHooks } from "./own-hooks.ts";
import { proveSecret } from "./prove-secret.ts";

/** What is wanted, and what would have to be done. */
export interface Proposal {
  readonly org: Org;
  /** With `--json`, what is said on the way goes to standard error. */
  readonly context: CliContext;
  readonly wanted: HookSpecification;
  readonly plan: Plan;
  /** Hooks of this name that somebody else made: nothing is done to them. */
  readonly left: readonly EventHook[];
}

/** What `create` and `sync` are told. */
export interface ChangeOptions extends HookOptions {
  readonly secret?: true;
  readonly activate?: true;
  readonly adopt?: string;
  readonly yes?: true;
  readonly json?: true;
}

/**
 * Compares what was typed with what the org has. Changes nothing.
 * @throws {CommandError} for what Okta would refuse; what was typed is looked at before the org is asked anything
 */
export async function propose(options: ChangeOptions, world: CliContext): Promise<Proposal> {
  const context = { ...world, terminal: options.json ? besideJson(world.terminal) : world.terminal };
  const { url, type } = options;
  const problems = [
    ...(url === undefined ? [] : checkAddress(url)),
    ...(type === undefined ? [] : checkEventTypes(type, await readCatalogue())),
  ];
  if (problems.length > 0) throw new CommandError(problems.join(" "));
  const org = connect(context);
  const hooks = await context.prompter.during("Reading the org's event hooks", () => org.listHooks());
  const { found, left, adopts, name } = selectHooks(org, hooks, options);
  const settings = readHookSettings(context.environment);
  const subscription = options.type ?? (await context.subscription());
  const main = mainHook(found);
  const wanted = specifyHook({ ...options, name }, settings, main, subscription, await readCatalogue());
  const plan = planChange(found, wanted, {
    newSecret: options.secret === true,
    activate: options.activate === true,
    adopts,
    overlapMs: options.overlap * 60_000,
    hooks,
  });
  const full = checkRoom(hooks, plan);
  if (full !== undefined) throw new CommandError(full);
  return { org, context, wanted, plan, left };
}

/**
 * Asks the endpoint whether it takes the secret. What it certainly refuses is refused here, before the org changes.
 * @throws {CommandError} when the endpoint rejects the secret, or when it is down and the plan would silence a hook
 * that delivers: the change is one that Okta has to verify.
 */
export async function checkSecretFirst({
  plan,
  wanted,
  context: { terminal, prompter: person },
}: Proposal): Promise<void> {
  const host = new URL(wanted.address).host;
  const { header = "authorization", value } = wanted.secret ?? {};
  const proof = await person.during(`Asking ${host}`, () => proveSecret(wanted.address, header, value));
  switch (proof.kind) {
    case "rejected":
      throw new CommandError(
        `${host} does not accept ${value === undefined ? "a call without a secret" : "OKTA_HOOK_SECRET"}: set the same secret there, deploy, and try again. Nothing was changed in the org.`,
      );
    case "blocked":
      terminal.error(
        `${host} answers us ${proof.status} with a page that is not the endpoint's: is the project private, protected by a password, or paused? Okta tries the address itself.`,
      );
      break;
    case "unknown":
      if (proof.reached && changesInPlace(plan)) {
        throw new CommandError(
          `${host} does not verify (${proof.why}), and a change now would silence the hook: mend that first. Nothing was changed in the org.`,
        );
      }
      terminal.error(`Could not try the secret: ${proof.why}. Okta tries the address itself.`);
      break;
    case "accepted":
    case "hookdeck":
      break;
  }
  if (value === undefined) {
    terminal.error("Without OKTA_HOOK_SECRET, whoever knows the address can post events to it.");
  }
}

/** What `--json` of `create` and `sync` prints, for `--help`. */
export const PROPOSAL_SHAPE =
  "HOOK, as `okta status --help` tells it, with differences: [{part, removed, added}], steps: [name], applied, left: [{id, name}]";

/** @param hook as the org has it; `applied`: the steps were taken */
export function proposalJson(
  { plan: { differences, steps }, left }: Proposal,
  hook: EventHook,
  applied: boolean,
) {
  return {
    ...hookJson(hook),
    differences,
    steps: steps.map(({ kind }) => kind),
    applied,
    left: left.map(({ id, name }) => ({ id, name })),
  };
}

/** Whether a hook that delivers becomes UNVERIFIED, and silent until Okta verifies it again. */
const changesInPlace = ({ found, steps }: Plan) =>
  found !== undefined && delivers(found) && steps.some(({ kind }) => kind === "replace");

/** Carries the plan out and says each thing done. Returns the hook as the org has it afterwards. */
export async function carryOut({
  org,
  plan,
  context: { terminal, prompter: person, clock },
}: Pick<Proposal, "org" | "plan" | "context">): Promise<EventHook> {
  return applyPlan(org, plan, {
    clock,
    async perform(step, work) {
      if (step.kind === "overlap") terminal.error(waiting(step.delayMs));
      const hook = await person.during(describeStep(step), work);
      const done = describeDone(step, hook);
      if (done !== undefined) terminal.out(done);
      return hook;
    },
  });
}

function describeDone({ kind }: Step, hook: EventHook): string | undefined {
  switch (kind) {
    case "create":
      return `Created ${nameOf(hook)}.`;
    case "replace":
      return `Changed ${nameOf(hook)}.`;
    case "activate":
      return `Activated ${nameOf(hook)}.`;
    case "verify":
      return `Okta verified ${hook.address}.`;
    case "overlap":
      return undefined;
    case "retire":
      return `Deleted ${nameOf(hook)}.`;
  }
}

const waiting = (delayMs: number) =>
  `Waiting ${delayMs / 60_000} min: Okta may take minutes to start with the new hook. Both deliver meanwhile; duplicates are recognised by uuid. Cut off, the same command finishes it.`;

/** What a person should know once the hook delivers. */
export function remarks(hook: EventHook): string[] {
  const unproven =
    isHookdeck(hook.address) && hook.secretHeader !== undefined
      ? [
          "Hookdeck answered Okta's verification itself, so the secret is not proven yet: it is once a delivery arrives (npm run hook -- doctor tells).",
        ]
      : [];
  return hook.active && hook.verified
    ? [...unproven, "Okta starts to deliver within a minute or so."]
    : unproven;
}
