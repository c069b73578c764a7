/** Does what was planned, step by step, each checked before the next. */
import type { Clock } from "../base/clock.ts";
import { printableLine } from "../base/printable.ts";
import type { EventHook, HookSpecification } from "./event-hook.ts";
import { OktaError } from "./okta-error.ts";
import type { Org } from "./open-org.ts";
import type { Plan, Step } from "./plan-change.ts";

/** How each step is carried out: around the work, the person at the terminal sees that something is going on. */
export interface PlanContext {
  readonly clock: Clock;
  /** Does the work of a step. The work returns the hook that it is about, as the org has it then. */
  perform(step: Step, work: () => Promise<EventHook>): Promise<EventHook>;
}

/**
 * Applies a plan and returns the hook as the org has it afterwards.
 *
 * When a second hook cannot be verified it is removed again and the old one stays. A first hook stays unverified: the
 * address can be mended and verified later.
 * @throws {OktaError} which says what was done and what was not.
 */
export async function applyPlan(org: Org, plan: Plan, { clock, perform }: PlanContext): Promise<EventHook> {
  let current = plan.found;
  let created: EventHook | undefined;
  const settled = () => {
    if (current === undefined) throw new Error("The plan neither found nor created an event hook.");
    return current;
  };
  for (const step of plan.steps) {
    switch (step.kind) {
      case "create":
        created = await perform(step, () => createHook(org, step.hook));
        current = created;
        break;
      case "replace":
        current = await perform(step, () => replaceHook(org, step.id, step.hook));
        break;
      case "activate":
        current = await perform(step, () => org.activateHook(step.id));
        break;
      case "verify":
        current = await perform(step, () =>
          verifyHook(org, step.id ?? settled().id).catch((error: unknown) =>
            undoCreate(org, created, plan, error),
          ),
        );
        break;
      case "overlap":
        await perform(step, async () => {
          await clock.wait(step.delayMs);
          return settled();
        });
        break;
      case "retire":
        await perform(step, async () => {
          const { id, name } = step.hook;
          await retireHook(org, step.hook).catch((error: unknown) => {
            // Both deliver, and that is no loss.
            throw extend(
              error,
              `The new event hook works; the old one, "${printableLine(name)}" (${printableLine(id)}), may still be there: delete it with "okta delete".`,
            );
          });
          return step.hook;
        });
        break;
    }
  }
  return settled();
}

/** Deactivates the hook, if it is active, and deletes it: Okta deletes no active hook. */
export async function retireHook(org: Org, { active, id }: EventHook): Promise<void> {
  if (active) await org.deactivateHook(id);
  await org.deleteHook(id);
}

async function createHook(org: Org, wanted: HookSpecification): Promise<EventHook> {
  const hook = await org.createHook(wanted).catch((error: unknown) => {
    throw explainFilters(explainUnknown(error), wanted);
  });
  if (hook.filters.length < wanted.filters.length) {
    await retireHook(org, hook);
    throw noFilters("Nothing was made.");
  }
  return hook;
}

async function replaceHook(org: Org, id: string, wanted: HookSpecification): Promise<EventHook> {
  await org.replaceHook(id, wanted).catch((error: unknown) => {
    throw explainFilters(error, wanted);
  });
  const hook = await org.readHook(id); // What the org has now, not what it said it would have.
  if (hook.filters.length < wanted.filters.length) {
    await verifyHook(org, id); // The change made it silent, and the complaint ends the plan.
    throw noFilters("The hook was changed, without its filters: it gets every event of its types.");
  }
  return hook;
}

/**
 * Has Okta verify the hook.
 * @throws {OktaError} when it did not, an answer that says neither yes nor no included.
 */
export async function verifyHook(org: Org, id: string): Promise<EventHook> {
  const after = await org.verifyHook(id);
  if (!after.verified)
    throw new OktaError("verification-failed", "Okta did not verify the event hook and gave no reason.");
  return after;
}

/** After a failed verification: a second hook goes again, a first one stays. */
async function undoCreate(
  org: Org,
  created: EventHook | undefined,
  plan: Plan,
  error: unknown,
): Promise<never> {
  if (created === undefined || plan.found === undefined) {
    throw extend(
      error,
      'The event hook is there but UNVERIFIED, and gets no events until "okta verify" succeeds.',
    );
  }
  const old = `"${printableLine(plan.found.name)}" is as it was`;
  const outcome = await retireHook(org, created).then(
    () => `The new event hook was removed again; ${old}.`,
    () =>
      `${old}. The new one, ${printableLine(created.id)}, may still be there: the same command goes on with it.`,
  );
  throw extend(error, outcome);
}

/** A create without an answer may have been done all the same. */
function explainUnknown(error: unknown): unknown {
  const isUnknown = error instanceof OktaError && (error.kind === "broken" || error.kind === "unreachable");
  return isUnknown
    ? extend(error, "Whether the event hook was made is not known: the same command finds it by its name.")
    : error;
}

/** The same error, with what was done and what was not. */
function extend(error: unknown, outcome: string): unknown {
  if (!(error instanceof OktaError)) return error;
  return new OktaError(error.kind, `${error.message} ${outcome}`, { cause: error });
}

function explainFilters(error: unknown, { filters }: HookSpecification): unknown {
  const aboutFilters =
    error instanceof OktaError && error.kind === "refused" && /filter/i.test(error.message);
  return aboutFilters && filters.length > 0 ? noFilters("Nothing was changed.", error) : error;
}

function noFilters(consequence: string, cause?: OktaError): OktaError {
  const said = cause === undefined ? "" : ` (${cause.message.replace(/^.*?: /, "").replace(/\.$/, "")})`;
  return new OktaError(
    "refused",
    `The org did not take the filters${said}: they are Early Access, to be turned on under Settings > Features. ${consequence}`,
    { cause },
  );
}
