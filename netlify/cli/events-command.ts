/** `events`: what came, and how it stands with its handlers. */
import { Command, Option } from "commander";
import { withQuery } from "../api/client/call-api.ts";
import type { EventSummary, Party } from "../api/schema/events.ts";
import { type FailingRuns, failingRuns } from "../api/schema/failing.ts";
import { isLoopbackHost } from "../base/addresses.ts";
import { type Api, openApi } from "./call-api.ts";
import { askFirst, type CliContext } from "./cli-context.ts";
import { eventLines } from "./describe-event.ts";
import { errorOption, findGroups, handlerOption } from "./failing-groups.ts";
import { followEvents } from "./follow-events.ts";
import { listStoredEvents, personOption, type StoredEventSearch } from "./list-stored-events.ts";
import { apiUrlOption, jsonOption, repeatable, sinceOption, wholeNumber } from "./options.ts";
import { readTarget } from "./read-target.ts";
import { printJson } from "./terminal.ts";

const MAX_LIMIT = 1000;
/** What the API gives at a time. */
const PAGE_SIZE = 100;
const STATES = ["dead", "retrying", "running", "waiting", "discarded", "done", "none"] as const;

interface EventsOptions extends StoredEventSearch {
  readonly url?: string;
  readonly limit: number;
  readonly error?: string;
  readonly failed?: true;
  readonly follow?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `events`: the newest first. */
export function eventsCommand(context: CliContext): Command {
  const { environment, terminal, clock } = context;
  return new Command("events")
    .description("list the events that came, newest first, with the state of their handlers")
    .addOption(apiUrlOption())
    .addOption(repeatable("--type <event type>", "only events of this type", String))
    .addOption(personOption())
    .addOption(sinceOption("published since", clock.now))
    .addOption(handlerOption())
    .addOption(new Option("--state <state>", "only events that stand so with a handler").choices(STATES))
    .addOption(
      new Option("--failed", "dead letters first, then what is tried again").conflicts(["state", "error"]),
    )
    .addOption(errorOption().conflicts(["state", "follow"]))
    .addOption(new Option("--limit <number>", "how many").argParser(wholeNumber(1, MAX_LIMIT)).default(20))
    .addOption(
      new Option("--follow", "go on, and print each event once its handlers have finished").conflicts([
        "json",
        "person",
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
      `
Examples:
  npm run hook -- events --type user.lifecycle.create --limit 5
  npm run hook -- events --person jane.doe@example.com --since 7d
  npm run hook -- events --failed --handler offboard-user --follow`,
    )
    .action(async (options: EventsOptions) => {
      const api = openApi(options.url, environment);
      if (options.follow) {
        await checkFollowing(options, context);
        return await followEvents(api, options, context);
      }
      const events = await list(api, options);
      if (options.json) return printJson(terminal, events);
      if (events.length === 0) return terminal.error(nothing(options));
      for (const event of events) for (const line of eventLines(event, clock.now())) terminal.out(line);
    });
}

async function list(api: Api, options: EventsOptions): Promise<EventSummary[]> {
  const { failed, error, limit } = options;
  if (error !== undefined) return await listByError(api, options);
  if (!failed) return await listStoredEvents(api, options, limit);
  const dead = await listStoredEvents(api, { ...options, state: "dead" }, limit);
  const retrying = await listStoredEvents(api, { ...options, state: "retrying" }, limit - dead.length);
  return [...new Map([...dead, ...retrying].map((event) => [event.uuid, event])).values()];
}

/** Of each kind of failure that fits, dead letters first. */
async function listByError(
  api: Api,
  { handler, error, type, person, since = Number.NEGATIVE_INFINITY, limit }: EventsOptions,
): Promise<EventSummary[]> {
  const groups = await findGroups(api, { handler, error });
  const events = new Map<string, EventSummary>();
  for (const group of groups) {
    const filter = { handler: group.handler, fingerprint: group.fingerprint, limit: PAGE_SIZE };
    for (let cursor: string | null | undefined; cursor !== null && events.size < limit; ) {
      const page: FailingRuns = await api.get(withQuery("failing/runs", { ...filter, cursor }), failingRuns);
      for (const { event } of page.runs) {
        if (event === null || (type !== undefined && !type.includes(event.eventType))) continue;
        const isOfPerson =
          person === undefined || [event.actor, event.target].some((one) => isAbout(one, person));
        if (isOfPerson && Date.parse(event.published) >= since) events.set(event.uuid, event);
      }
      cursor = page.next;
    }
  }
  return [...events.values()].slice(0, limit);
}

const isAbout = (party: Party | null, person: string) =>
  [party?.id, party?.login].some((name) => name?.toLowerCase().startsWith(person.toLowerCase()));

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

function nothing({ type, failed, error, since, person, handler, state }: EventsOptions): string {
  if (failed || error !== undefined) return "No handler failed.";
  if (person !== undefined || handler !== undefined || state !== undefined) return "No event fits.";
  if (type !== undefined) return "No event of this type came. npm run hook -- types searches Okta's names.";
  if (since !== undefined) return "No event came since then.";
  return "No event came yet. npm run hook -- preview delivers a sample.";
}
