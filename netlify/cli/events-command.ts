/** `events`: what came, and how it stands with its handlers. */
import { Command, Option } from "commander";
import { type EventSummary, eventPage } from "../api/schema/events.ts";
import { failingRuns } from "../api/schema/failing.ts";
import { isLoopbackHost } from "../base/addresses.ts";
import { type Api, openApi } from "./call-api.ts";
import { askFirst, type CliContext } from "./cli-context.ts";
import { eventLines } from "./describe-event.ts";
import { followEvents } from "./follow-events.ts";
import { apiUrlOption, jsonOption, repeatable, sinceOption, wholeNumber } from "./options.ts";
import { readTarget } from "./read-target.ts";
import { printJson } from "./terminal.ts";

const MAX_LIMIT = 1000;
/** What the API gives at a time. */
const PAGE_SIZE = 100;

interface EventsOptions {
  readonly url?: string;
  readonly type: readonly string[];
  readonly limit: number;
  readonly failed?: true;
  readonly since?: number;
  readonly follow?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `events`: the newest first. */
export function eventsCommand(context: CliContext): Command {
  const { environment, terminal } = context;
  return new Command("events")
    .description("list the events that came, newest first, with the state of their handlers")
    .addOption(apiUrlOption())
    .addOption(repeatable("--type <event type>", "only events of this type", String).default([], "all"))
    .option("--failed", "only those of which a handler failed: dead letters first, then what is tried again")
    .addOption(sinceOption("published since", context.clock.now))
    .addOption(new Option("--limit <number>", "how many").argParser(wholeNumber(1, MAX_LIMIT)).default(20))
    .addOption(
      new Option("--follow", "go on, and print each event once its handlers have finished").conflicts([
        "json",
        "failed",
      ]),
    )
    .option("--yes", "do not ask before following a deployed site")
    .addOption(
      jsonOption(
        "a list of {uuid, published, receivedAt, eventType, deliveryId, summary, actor: {id, login, name}, target, outcome, severity, hasSchemaDeviations, payloadKept, handlers: {state, nextTryAt, noRuns}}",
      ),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  npm run hook -- events --type user.lifecycle.create --limit 5\n  npm run hook -- events --failed --since 1h\n  npm run hook -- events --follow",
    )
    .action(async (options: EventsOptions) => {
      const api = openApi(options.url, environment);
      if (options.follow) {
        await checkFollowing(options, context);
        return await followEvents(api, options, context);
      }
      const events = options.failed ? await listFailed(api, options) : await listEvents(api, options);
      if (options.json) return printJson(terminal, events);
      if (events.length === 0) return terminal.error(nothing(options));
      for (const line of events.flatMap(eventLines)) terminal.out(line);
    });
}

async function listEvents(api: Api, { type, since, limit }: EventsOptions): Promise<EventSummary[]> {
  const events: EventSummary[] = [];
  for (let next: string | null = ""; next !== null && events.length < limit; ) {
    const query = new URLSearchParams(type.map((name): [string, string] => ["type", name]));
    query.set("limit", String(Math.min(limit - events.length, PAGE_SIZE)));
    if (since !== undefined) query.set("from", new Date(since).toISOString());
    if (next !== "") query.set("cursor", next);
    const page = await api.get(`events?${query}`, eventPage);
    events.push(...page.events);
    next = page.next;
  }
  return events;
}

/** The API lists failing runs; an event with several comes once. */
async function listFailed(
  api: Api,
  { type, since = Number.NEGATIVE_INFINITY, limit }: EventsOptions,
): Promise<EventSummary[]> {
  const events = new Map<string, EventSummary>();
  for (let next: string | null = ""; next !== null && events.size < limit; ) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
    if (next !== "") query.set("cursor", next);
    const page = await api.get(`failing/runs?${query}`, failingRuns);
    for (const { event } of page.runs) {
      if (event === null || (type.length > 0 && !type.includes(event.eventType))) continue;
      if (Date.parse(event.published) >= since) events.set(event.uuid, event);
    }
    next = page.next;
  }
  return [...events.values()].slice(0, limit);
}

/** Whoever looks at a deployed site every few seconds keeps its database awake. */
async function checkFollowing({ url, yes }: EventsOptions, { prompter: person }: CliContext): Promise<void> {
  const { hostname } = new URL(readTarget(url).site);
  if (isLoopbackHost(hostname)) return;
  await askFirst(
    person,
    `Following asks ${hostname} every few seconds: its database stays awake, some 10 of Netlify's credits an hour. Follow?`,
    { yes, otherwise: `Following ${hostname} keeps its database awake, which costs`, toDo: "follow" },
  );
}

function nothing({ type, failed, since }: EventsOptions): string {
  if (failed) return "No handler failed.";
  if (type.length > 0) return "No event of this type came. npm run hook -- types searches Okta's names.";
  if (since !== undefined) return "No event came since then.";
  return "No event came yet. npm run hook -- preview delivers a sample.";
}
