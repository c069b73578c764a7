/** The options that describe a hook, and the hook that they make together with the settings and what the org has. */

import { InvalidArgumentError, Option } from "commander";
import { isHookdeck } from "../../base/addresses.ts";
import type { Catalogue } from "../../catalogue/read-catalogue.ts";
import { checkSpecification } from "../../okta/check-specification.ts";
import { DEFAULT_HOOK_NAME } from "../../okta/diagnose-hook.ts";
import type { EventHook, ExtraHeader, HookFilter, HookSpecification } from "../../okta/event-hook.ts";
import { tagDescription } from "../../okta/find-hooks.ts";
import { DEFAULT_OVERLAP_MS } from "../../okta/plan-change.ts";
import type { HookSettings } from "../../settings/hook-settings.ts";
import { readHeader, repeatable } from "../options.ts";
import { readTarget } from "../read-target.ts";
import { CommandError } from "../terminal.ts";

const MAX_OVERLAP_MINUTES = 60;

/** What was typed. */
export interface HookOptions {
  readonly url?: string;
  readonly name: string;
  readonly type?: readonly string[];
  readonly header?: readonly ExtraHeader[];
  readonly filter?: readonly HookFilter[];
  readonly overlap: number;
}

/** The options of a command that describes a hook. */
export function hookOptions(): Option[] {
  return [
    new Option(
      "--url <address>",
      "what Okta calls: a site, its endpoint, or the address that Hookdeck gave you",
    ).argParser(readAddress),
    nameOption(),
    overlapOption(),
    repeatable("--type <event type>", "listen to this event type, not to what the handlers name", String),
    repeatable(
      "--header <name: value>",
      "a further header of each call; an empty value removes it",
      readHeader,
    ),
    repeatable(
      "--filter <type=expression>",
      "send events of this type only where the expression holds; an empty one removes it",
      readFilter,
    ),
  ];
}

/** As everywhere a site stands for its endpoint. Hookdeck's addresses are whole as they are. */
function readAddress(text: string): string {
  const url = URL.parse(text);
  // With anything more it is no site: what is wrong with it is said later.
  const isSite = url?.protocol === "https:" && url.href === `${url.origin}/`;
  return isSite && !isHookdeck(text) ? readTarget(text).endpoint.href : text;
}

/** `--overlap`: how long an old hook stays beside the one that replaces it. */
export function overlapOption(): Option {
  return new Option("--overlap <minutes>", "how long an old hook goes on delivering beside its replacement")
    .argParser((text: string) => {
      // An empty text (a script's variable that is not set) would be no overlap at all, and lose events.
      const minutes = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
      if (!(minutes <= MAX_OVERLAP_MINUTES)) {
        throw new InvalidArgumentError(`Give a number from 0 to ${MAX_OVERLAP_MINUTES}.`);
      }
      return minutes;
    })
    .default(DEFAULT_OVERLAP_MS / 60_000);
}

/** `--name`, with the default of Okta's guide. */
export function nameOption(): Option {
  return new Option("--name <name>", "the hook's name").default(DEFAULT_HOOK_NAME);
}

/**
 * The hook that is wanted. What was not typed stays as the org has it.
 * @throws {CommandError} with every problem that Okta would have with it.
 */
export function specifyHook(
  options: Pick<HookOptions, "url" | "name" | "type" | "header" | "filter">,
  settings: HookSettings,
  found: EventHook | undefined,
  subscription: readonly string[],
  catalogue: Catalogue,
): HookSpecification {
  const address = options.url ?? found?.address;
  if (address === undefined) throw new CommandError("Give the address that Okta is to call, with --url.");
  const [value] = settings.secrets;
  if (value === undefined && found?.secretHeader !== undefined) {
    throw new CommandError(
      "OKTA_HOOK_SECRET is not set, but the org's hook has a secret, which Okta never gives back: a change would lose it.",
    );
  }
  const eventTypes = [...new Set(options.type ?? subscription)].sort();
  const hook: HookSpecification = {
    name: options.name,
    description: tagDescription(found?.description ?? null, options.name),
    address,
    secret: value === undefined ? undefined : { header: settings.header, value },
    extraHeaders: merge(found?.extraHeaders, options.header, ({ name }) => name.toLowerCase()).filter(
      (header) => header.value !== "",
    ),
    eventTypes,
    filters: merge(
      found?.filters.filter(({ eventType }) => eventTypes.includes(eventType)),
      options.filter,
      ({ eventType }) => eventType,
    ).filter(({ expression }) => expression !== ""),
  };
  const problems = checkSpecification(hook, catalogue);
  if (problems.length > 0) throw new CommandError(problems.join(" "));
  return hook;
}

/** What was there, replaced by what was typed under the same key. */
function merge<Item>(
  before: readonly Item[] = [],
  typed: readonly Item[] = [],
  keyOf: (item: Item) => string,
): Item[] {
  return [...new Map([...before, ...typed].map((item) => [keyOf(item), item])).values()];
}

function readFilter(text: string): HookFilter {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError('Give it as "type=expression".');
  return { eventType: text.slice(0, equals).trim(), expression: text.slice(equals + 1).trim() };
}
