/** Whether a hook gets events, in a sentence, with the fix where it does not. */
import { isHookdeck } from "../base/addresses.ts";
import { shellWord } from "../base/shell-word.ts";
import type { EventHook } from "./event-hook.ts";
import { baseName } from "./find-hooks.ts";

/** The name that Okta's guide gives the hook, and that commands mean without one. */
export const DEFAULT_HOOK_NAME = "New user event hook";

/** Whether it gets events. */
interface HookDiagnosis {
  readonly delivers: boolean;
  /** Without its full stop. */
  readonly sentence: string;
  /** Null: nothing is to be done. */
  readonly fix: string | null;
}

type HookFacts = Pick<EventHook, "id" | "name" | "active" | "verified" | "address">;

/** @param name what a person called it, where that is not the name that commands mean without one */
export function diagnoseHook(hook: HookFacts, name: string = baseName(hook.name)): HookDiagnosis {
  const status = `"${hook.name}" (${hook.id}) is ${hookStatus(hook)}`;
  if (hook.active && hook.verified) return { delivers: true, sentence: status, fix: null };
  const named = name === DEFAULT_HOOK_NAME ? "" : ` ${shellWord(name) ?? shellWord(hook.id) ?? "<id>"}`;
  const fix = hook.active ? fixUnverified(hook, named) : `npm run hook -- okta activate${named}`;
  return { delivers: false, sentence: `${status}: it gets no events`, fix };
}

/** `ACTIVE, VERIFIED` */
export function hookStatus({ active, verified }: Pick<EventHook, "active" | "verified">): string {
  return `${active ? "ACTIVE" : "INACTIVE"}, ${verified ? "VERIFIED" : "UNVERIFIED"}`;
}

function fixUnverified({ address }: HookFacts, named: string): string {
  const verify = `npm run hook -- okta verify${named}`;
  return isHookdeck(address)
    ? `${verify}; if that fails, the Hookdeck source lacks its type: npx hookdeck gateway source update <id> --type OKTA`
    : verify;
}
