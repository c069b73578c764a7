/**
 * What has to be done so that the org has the hook that is wanted, in an order that loses no delivery.
 *
 * A replaced channel makes Okta take the hook for unverified, and it gets nothing until it is verified again. So
 * another address or secret is a second hook: made and verified before the old one goes. Meanwhile both deliver,
 * and `uuid` tells the duplicates. A hook that delivers nothing is changed where it is.
 */
import type { EventHook, ExtraHeader, HookFilter, HookSpecification } from "./event-hook.ts";
import { delivers, freeName, mainHook } from "./find-hooks.ts";

/** A step of the plan: one or two calls to the org. */
export type Step =
  | { readonly kind: "create"; readonly hook: HookSpecification }
  /** `adopts`: a hook that somebody else made becomes ours. */
  | {
      readonly kind: "replace";
      readonly id: string;
      readonly hook: HookSpecification;
      readonly adopts: boolean;
    }
  | { readonly kind: "activate"; readonly id: string }
  /** `id` undefined: the hook that was created. */
  | { readonly kind: "verify"; readonly id: string | undefined }
  /** Both hooks deliver for a while: the new one starts minutes after its verification. */
  | { readonly kind: "overlap"; readonly delayMs: number }
  /** Deactivate, if it is active, and delete. */
  | { readonly kind: "retire"; readonly hook: EventHook };

/** What differs and what is to be done about it. */
export interface Plan {
  /** The hook of the org's that was compared; undefined: there is none. */
  readonly found: EventHook | undefined;
  readonly differences: readonly Difference[];
  readonly steps: readonly Step[];
}

/** What is wanted, beside the hook itself. */
export interface Intent {
  /** The secret is another than the org has; that cannot be seen from outside. */
  readonly newSecret: boolean;
  /** A hook that somebody deactivated is to be activated. */
  readonly activate: boolean;
  /** The hook was made by somebody else and becomes ours, where it is. */
  readonly adopts: boolean;
  /** How long the old hook goes on delivering beside the new one. */
  readonly overlapMs: number;
  /** Every hook of the org: their names are taken. */
  readonly hooks: readonly EventHook[];
}

/**
 * "It may take several minutes before events are sent to the event hook after it's created or updated"
 * (https://developer.okta.com/docs/concepts/event-hooks/#event-hook-setup).
 */
export const DEFAULT_OVERLAP_MS = 5 * 60_000;

/** https://developer.okta.com/docs/concepts/event-hooks/#event-hook-limits */
const MAX_ACTIVE_HOOKS = 25;

/** Plans the change. `found` are our hooks of this name, the latest first: all but one of them are retired. */
export function planChange(found: readonly EventHook[], wanted: HookSpecification, intent: Intent): Plan {
  const current = chooseCurrent(found, wanted);
  if (current === undefined) return { found: undefined, differences: [], steps: create(wanted) };
  const differences = compareHook(current, wanted);
  const parts = new Set(differences.map(({ part }) => part));
  const others = found.filter(({ id }) => id !== current.id);
  const silences = intent.newSecret || parts.has("address") || parts.has("secret header");
  if (silences && delivers(current) && !intent.adopts) {
    const hook = { ...wanted, name: freeName(wanted.name, intent.hooks) };
    return {
      found: current,
      differences,
      steps: [...create(hook), ...retire([current, ...others], intent.overlapMs)],
    };
  }
  const { id } = current;
  const { adopts } = intent;
  const changed = differences.length > 0 || intent.newSecret || adopts;
  const activates = !current.active && intent.activate;
  const steps: Step[] = [
    ...(changed ? [{ kind: "replace", id, hook: { ...wanted, name: current.name }, adopts } as const] : []),
    ...(activates ? [{ kind: "activate", id } as const] : []),
    ...(changed || !current.verified ? [{ kind: "verify", id } as const] : []),
  ];
  return { found: current, differences, steps: [...steps, ...retire(others, intent.overlapMs)] };
}

const create = (hook: HookSpecification): Step[] => [
  { kind: "create", hook },
  { kind: "verify", id: undefined },
];

/** The old hooks go, once the new one had time to start delivering; those that deliver nothing go at once. */
function retire(hooks: readonly EventHook[], overlapMs: number): Step[] {
  const steps = hooks.map((hook): Step => ({ kind: "retire", hook }));
  return overlapMs > 0 && hooks.some(delivers) ? [{ kind: "overlap", delayMs: overlapMs }, ...steps] : steps;
}

/** Which limit of the org the plan exceeds; undefined: none. */
export function checkRoom(hooks: readonly EventHook[], plan: Plan): string | undefined {
  const active = hooks.filter((hook) => hook.active).length;
  const adds = plan.steps.some(({ kind }) => kind === "create" || kind === "activate");
  if (!adds || active < MAX_ACTIVE_HOOKS) return undefined;
  return `The org has ${active} active event hooks, as many as Okta allows: deactivate one first.`;
}

/** The hook that is brought in line: one that already has the address, else one that delivers, else the latest. */
function chooseCurrent(
  found: readonly EventHook[],
  { address, secret }: HookSpecification,
): EventHook | undefined {
  const matching = found.filter((hook) => hook.address === address && hook.secretHeader === secret?.header);
  return mainHook(matching) ?? mainHook(found);
}

/** One part that differs: what the org has and should not, what it lacks. */
export interface Difference {
  readonly part: "address" | "secret header" | "extra headers" | "event types" | "filters";
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/**
 * Every part that differs. The secret's value is none of them: the org never tells it. Values of extra headers are
 * not shown, since they may be credentials too.
 */
export function compareHook(found: EventHook, wanted: HookSpecification): Difference[] {
  const oneOf = (value: string | undefined) => (value === undefined ? [] : [value]);
  return [
    difference("address", [found.address], [wanted.address]),
    difference("secret header", oneOf(found.secretHeader), oneOf(wanted.secret?.header)),
    compareHeaders(found.extraHeaders, wanted.extraHeaders),
    difference("event types", found.eventTypes, wanted.eventTypes),
    difference("filters", found.filters.map(filterText), wanted.filters.map(filterText)),
  ].filter(({ added, removed }) => added.length > 0 || removed.length > 0);
}

function difference(
  part: Difference["part"],
  found: readonly string[],
  wanted: readonly string[],
): Difference {
  return {
    part,
    removed: found.filter((value) => !wanted.includes(value)),
    added: wanted.filter((value) => !found.includes(value)),
  };
}

function compareHeaders(found: readonly ExtraHeader[], wanted: readonly ExtraHeader[]): Difference {
  const names = (headers: readonly ExtraHeader[], others: readonly ExtraHeader[]) =>
    headers
      .filter(({ name, value }) => !others.some((other) => sameName(other, name) && other.value === value))
      .map(({ name }) => (others.some((other) => sameName(other, name)) ? `${name} (another value)` : name));
  return { part: "extra headers", removed: names(found, wanted), added: names(wanted, found) };
}

const sameName = (header: ExtraHeader, name: string) => header.name.toLowerCase() === name.toLowerCase();

const filterText = ({ eventType, expression }: HookFilter) => `${eventType} if ${expression}`;
