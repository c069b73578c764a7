/** A hook and its changes in words. */
import { hookStatus } from "../../okta/diagnose-hook.ts";
import type { EventHook } from "../../okta/event-hook.ts";
import type { Difference, Step } from "../../okta/plan-change.ts";
import { type Line, paint } from "../terminal.ts";

/** `"New user event hook" (who1)` */
export const nameOf = ({ id, name }: EventHook) => `"${name}" (${id})`;

/** A hook as `--json` prints it, and `--help` calls it HOOK. The values of extra headers may be credentials. */
export function hookJson(hook: EventHook) {
  return { ...hook, extraHeaders: hook.extraHeaders.map(({ name }) => name) };
}

/** What HOOK is, for `--help`. */
export const HOOK_SHAPE =
  "HOOK: {id, name, description, active, verified, address, secretHeader, extraHeaders: [name], eventTypes, filters: [{eventType, expression}], created, lastUpdated}";

/** The lines of one hook. */
export function describeHook(hook: EventHook): Line[] {
  const delivers = hook.active && hook.verified;
  const line = (label: string, value: string) => `  ${label.padEnd(8)} ${value}`;
  return [
    [paint("bold", hook.name)],
    line("id", hook.id),
    ["  status   ", paint(delivers ? "green" : "red", hookStatus(hook)), delivers ? "" : " (gets no events)"],
    line("address", hook.address),
    line("secret", hook.secretHeader === undefined ? "none" : `in the header ${hook.secretHeader}`),
    ...hook.extraHeaders.map(({ name }) => line("header", name)),
    line("events", hook.eventTypes.join(", ")),
    ...hook.filters.map(({ eventType, expression }) => line("filter", `${eventType} if ${expression}`)),
  ];
}

/** The lines of a diff: `-` is what the org has, `+` what it will have. */
export function describeDifferences(differences: readonly Difference[]): Line[] {
  return differences.flatMap(({ part, added, removed }) => [
    part,
    ...removed.map((value) => [paint("red", `  - ${value}`)]),
    ...added.map((value) => [paint("green", `  + ${value}`)]),
  ]);
}

/** One step of a plan, as what will be done. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case "create":
      return `create "${step.hook.name}"`;
    case "replace":
      return `${step.adopts ? "take it over: " : ""}change it${step.hook.secret ? ", sending OKTA_HOOK_SECRET again" : ""} (Okta then takes it for UNVERIFIED)`;
    case "activate":
      return "activate it";
    case "verify":
      return "have Okta verify it";
    case "overlap":
      return `wait ${Math.round(step.delayMs / 60_000)} min, in which both deliver, until the new one surely does`;
    case "retire":
      return `deactivate and delete ${nameOf(step.hook)}`;
  }
}
