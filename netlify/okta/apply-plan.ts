/** Does what was planned, step by step, each checked before the next. */

import { printableLine } from "../report/printable.ts";
import type { Clock } from "./clock.ts";
import type { EventHook, HookSpecification } from "./event-hook.ts";
import { OktaError } from "./okta-error.ts";
import type { Org } from "./org.ts";
import type { Plan, Step } from "./plan-change.ts";

/** What happened, told as it happens. */
export type Progress =
  | { readonly kind: "starting"; readonly step: Step }
  | { readonly kind: "done"; readonly step: Step; readonly hook: EventHook };

/**
 * Applies a plan and returns the hook as the org has it afterwards.
 *
 * When a second hook cannot be verified it is removed again and the old one stays. A first hook stays unverified: the
 * address can be mended and verified later.
 * @throws {OktaError} which says what was done and what was not.
 */
export async function applyPlan(
  org: Org,
  plan: Plan,
  clock: Clock,
  report: (progress: Progress) => void,
): Promise<EventHook> {
  let current = plan.found;
  let created: EventHook | undefined;
  for (const step of plan.steps) {
    report({ kind: "starting", step });
    switch (step.kind) {
      case "create":
        created = await createHook(org, step.hook);
        current = created;
        break;
      case "replace":
        current = await replaceHook(org, step.id, step.hook);
        break;
      case "activate":
        current = await org.activateHook(step.id);
        break;
      case "verify": {
        const id = step.id ?? created?.id ?? "";
        current = await verifyHook(org, id).catch((error: unknown) => undoCreate(org, created, plan, error));
        break;
      }
      case "overlap":
        await clock.sleep(step.delayMs);
        break;
      case "retire":
        await retireHook(org, step.hook).catch((error: unknown) => leaveOld(step.hook, error));
        break;
    }
    if (current !== undefined)
      report({ kind: "done", step, hook: step.kind === "retire" ? step.hook : current });
  }
  if (current === undefined)
    throw new OktaError("broken", "Nothing was to be done and no event hook is there.");
  return current;
}

/** Deactivates the hook, if it is active, and deletes it: Okta deletes no active hook. */
export async function retireHook(org: Org, { active, id }: EventHook): Promise<void> {
  if (active) await org.deactivateHook(id);
  await org.deleteHook(id);
}

async function createHook(org: Org, wanted: HookSpecification): Promise<EventHook> {
  const hook = await org.createHook(wanted).catch((error: unknown) => {
    throw explainFilters(error, wanted);
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
  if (hook.filters.length < wanted.filters.length)
    throw noFilters("The hook was changed, without its filters.");
  return hook;
}

async function verifyHook(org: Org, id: string): Promise<EventHook> {
  const before = await org.readHook(id);
  if (before.verified) return before;
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
  if (!(error instanceof OktaError)) throw error;
  if (created === undefined || plan.found === undefined) {
    throw new OktaError(
      error.kind,
      `${error.message} The event hook is there but UNVERIFIED, and gets no events until "okta verify" succeeds.`,
      { cause: error },
    );
  }
  await retireHook(org, created);
  throw new OktaError(
    error.kind,
    `${error.message} The new event hook was removed again; "${printableLine(plan.found.name)}" is as it was.`,
    { cause: error },
  );
}

/** When the old hook cannot go: both deliver, and that is no loss. */
function leaveOld({ id, name }: EventHook, error: unknown): never {
  if (!(error instanceof OktaError)) throw error;
  throw new OktaError(
    error.kind,
    `${error.message} The new event hook works; the old one, "${printableLine(name)}" (${printableLine(id)}), may still be there: delete it with "okta delete".`,
    { cause: error },
  );
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
