/** `replay`: runs handlers again, for events that are named, for what failed, or for stored events that fit. */
import { Command, Option } from "commander";
import { addReplay } from "../api/client/sum-answers.ts";
import {
  type ReplayEventsBody,
  type ReplayFailingBody,
  type ReplayFailingResult,
  replayEventsResult,
  replayFailingResult,
  replayResult,
} from "../api/schema/failing.ts";
import { handlerStatuses } from "../api/schema/handlers.ts";
import { type Api, openApi } from "./call-api.ts";
import { askFirst, type CliContext } from "./cli-context.ts";
import { findUuid, readUuids } from "./event-uuid.ts";
import {
  countRuns,
  errorOption,
  type FailureFilter,
  findGroups,
  groupFilters,
  handlerOption,
} from "./failing-groups.ts";
import { listStoredEvents, personOption, type StoredEventSearch } from "./list-stored-events.ts";
import { apiUrlOption, jsonOption, repeatable, sinceOption } from "./options.ts";
import { CommandError, printJson, UsageError } from "./terminal.ts";

const STATES = ["none", "done", "dead", "retrying", "discarded"] as const;
type State = (typeof STATES)[number];

/** What the API takes at a time. */
const BATCH_SIZE = 100;
/** So many stored events are gone through, the newest. */
const MAX_EVENTS = 10_000;
const WAIT_MS = 2_000;

interface ReplayOptions extends FailureFilter, Pick<StoredEventSearch, "type" | "person" | "since"> {
  readonly handler?: string;
  readonly url?: string;
  readonly dead?: true;
  readonly retrying?: true;
  readonly state?: State;
  readonly wait?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** What a replay of many came to. */
interface BulkResult {
  readonly queued: number;
  readonly left: ReplayFailingResult["left"];
}

/** Exit code 1 unless everything that was meant was queued. */
export function replayCommand(context: CliContext): Command {
  return new Command("replay")
    .description("run handlers again: for the events named, for what failed, or for stored events that fit")
    .argument("[uuid...]", "the uuid of each event, or its beginning", readUuids)
    .addOption(apiUrlOption())
    .addOption(handlerOption())
    .addOption(new Option("--dead", "what failed for the last time").conflicts(["retrying", "state"]))
    .addOption(new Option("--retrying", "what failed and is tried again later: now").conflicts("state"))
    .addOption(errorOption())
    .addOption(repeatable("--type <event type>", "stored events of this type", String))
    .addOption(personOption())
    .addOption(sinceOption("stored events published since", context.clock.now))
    .addOption(
      new Option(
        "--state <state>",
        "stored events whose handlers stand so; without it those that no handler ran for",
      ).choices(STATES),
    )
    .option("--wait", "end when they are through")
    .option("--yes", "do not ask")
    .addOption(
      jsonOption(
        "{queued, left: [{reason, count}]}; of events named {replayed: [{uuid, queued or problem}]}",
      ),
    )
    .addHelpText(
      "after",
      `
Stored events are those of every handler that listens, or of --handler; what it ran for already is left alone unless --state says so.

Examples:
  npm run hook -- replay 2f1c8a1e --handler greet-new-user
  npm run hook -- replay --dead --handler offboard-user
  npm run hook -- replay --retrying --error "HR answered 503"
  npm run hook -- replay --handler new-one --since 7d
  npm run hook -- replay --type user.lifecycle.create --since 2d --state none --wait`,
    )
    .action(async (typed: readonly string[] = [], options: ReplayOptions) => {
      const { terminal, environment } = context;
      const api = openApi(options.url, environment);
      if (typed.length > 0) {
        await replayNamed(api, typed, options, context);
      } else {
        const result = await replayMany(api, options, context);
        if (options.json) printJson(terminal, result);
        else for (const line of [queuedText(result.queued), ...leftLines(result)]) terminal.out(line);
      }
      if (options.wait) await waitForHandlers(api, options.handler, context);
    });
}

async function replayNamed(
  api: Api,
  typed: readonly string[],
  { handler, json, dead, retrying, error, type, person, since, state }: ReplayOptions,
  { terminal }: CliContext,
): Promise<void> {
  if ([dead, retrying, error, type, person, since, state].some((option) => option !== undefined)) {
    throw new UsageError("Events that are named take --handler alone beside them.");
  }
  const replayed: ({ uuid: string; queued: number } | { uuid: string; problem: string })[] = [];
  for (const one of typed) {
    try {
      const uuid = await findUuid(api, one);
      const path = `events/${encodeURIComponent(uuid)}/replay`;
      const { queued } = await api.post(path, handler === undefined ? {} : { handler }, replayResult);
      replayed.push({ uuid, queued });
    } catch (cause) {
      // What is wrong with one event does not keep the others back.
      if (!(cause instanceof CommandError)) throw cause;
      replayed.push({ uuid: one, problem: cause.message });
    }
  }
  if (json) printJson(terminal, { replayed });
  for (const outcome of json ? [] : replayed) {
    const of = replayed.length > 1 ? `${outcome.uuid}: ` : "";
    if ("queued" in outcome) terminal.out(of + queuedText(outcome.queued));
    else terminal.error(of + outcome.problem);
  }
  if (replayed.some((outcome) => "problem" in outcome)) process.exitCode = 1;
}

async function replayMany(api: Api, options: ReplayOptions, context: CliContext): Promise<BulkResult> {
  const { dead, retrying, handler, error, type, person, since, state } = options;
  const isOfEvents = type !== undefined || person !== undefined || since !== undefined;
  const failed =
    dead || state === "dead" ? "dead" : retrying || state === "retrying" ? "retrying" : undefined;
  if (failed !== undefined && !isOfEvents) return await replayFailed(api, failed, options, context);
  if (error !== undefined)
    throw new UsageError("--error goes with --dead or --retrying, without --type, --person and --since.");
  if (!isOfEvents && handler === undefined) {
    throw new UsageError(
      "Say what to replay: events by their uuid, --dead, --retrying, or stored events with --handler, --type, --person or --since.",
    );
  }
  return await replayStored(api, failed ?? state ?? "none", options, context);
}

async function replayFailed(
  api: Api,
  state: "dead" | "retrying",
  options: ReplayOptions,
  { prompter }: CliContext,
): Promise<BulkResult> {
  const groups = await findGroups(api, options, state);
  if (groups.length === 0) return { queued: 0, left: [] };
  const what = `${countRuns(groups, state)} of ${listed(groups.map((group) => group.handler))}`;
  await askFirst(prompter, `Replay ${what}?`, {
    yes: options.yes,
    otherwise: "Nothing was replayed",
    toDo: "replay",
  });
  return await prompter.during(`Replaying ${what}`, async () => {
    let sum: ReplayFailingResult = { queued: 0, left: [], next: null };
    for (const filter of groupFilters(options, groups)) {
      do {
        const body: ReplayFailingBody = { ...filter, state, cursor: sum.next ?? undefined };
        sum = addReplay(sum, await api.post("failing/replay", body, replayFailingResult));
        if (sum.next !== null) prompter.tell(`${queuedText(sum.queued)} until now`);
      } while (sum.next !== null);
    }
    return { queued: sum.queued, left: sum.left };
  });
}

async function replayStored(
  api: Api,
  state: State,
  options: ReplayOptions,
  { prompter, terminal }: CliContext,
): Promise<BulkResult> {
  const { handler } = options;
  const events = await prompter.during("Looking for the events", () =>
    listStoredEvents(api, { ...options, state }, MAX_EVENTS),
  );
  const uuids = events.map(({ uuid }) => uuid);
  if (uuids.length === MAX_EVENTS)
    terminal.error(`Only the newest ${MAX_EVENTS.toLocaleString("en-US")} events are gone through.`);
  // Oldest first, as a handler that minds the order wants them.
  uuids.reverse();
  let withoutPayload = 0;
  const send = async (isCount: boolean, doing: string) => {
    let runs = 0;
    for (let start = 0; start < uuids.length; start += BATCH_SIZE) {
      const body: ReplayEventsBody = {
        uuids: uuids.slice(start, start + BATCH_SIZE),
        handler,
        state,
        isCount,
      };
      const answer = await api.post("events/replay", body, replayEventsResult);
      runs += answer.runs;
      if (isCount) withoutPayload += answer.withoutPayload;
      if (start + BATCH_SIZE < uuids.length)
        prompter.tell(`${doing}: ${runs} runs of ${start + BATCH_SIZE} events`);
    }
    return runs;
  };
  const runs = await prompter.during("Counting their runs", () => send(true, "Counted"));
  if (withoutPayload > 0)
    terminal.error(`${withoutPayload} events are past their retention: no handler gets them.`);
  if (runs === 0) return { queued: 0, left: [] };
  const what = `${runs.toLocaleString("en-US")} ${runs === 1 ? "run" : "runs"} of ${handler ?? "the handlers that listen"}`;
  await askFirst(prompter, `Queue ${what}?`, {
    yes: options.yes,
    otherwise: "Nothing was queued",
    toDo: "queue them",
  });
  return { queued: await prompter.during(`Queueing ${what}`, () => send(false, "Queued")), left: [] };
}

/** Ends when the handler, or all of them, have nothing waiting and nothing running; one that is paused is not waited for. */
async function waitForHandlers(
  api: Api,
  name: string | undefined,
  { prompter, terminal, clock }: CliContext,
): Promise<void> {
  const last = await prompter.during("Waiting for the handlers", async () => {
    for (;;) {
      const { handlers } = await api.get("handlers", handlerStatuses);
      const meant = handlers.filter((one) => name === undefined || one.name === name);
      const waiting = meant.reduce(
        (sum, { pausedAt, runs }) => sum + (pausedAt === null ? runs.waiting : 0),
        0,
      );
      const running = await listStoredEvents(api, { handler: name, state: "running" }, 1);
      if (waiting + running.length === 0) return meant;
      prompter.tell(`${waiting.toLocaleString("en-US")} runs wait`);
      await clock.wait(WAIT_MS);
    }
  });
  const sum = (part: "retrying" | "dead") => last.reduce((total, { runs }) => total + runs[part], 0);
  const [retrying, dead] = [sum("retrying"), sum("dead")];
  const rest =
    retrying + dead === 0
      ? ""
      : `; ${retrying} are tried again later, ${dead} are dead: npm run hook -- dead`;
  terminal.error(`They are through${rest}.`);
}

const queuedText = (queued: number) =>
  queued === 1 ? "1 run was queued" : `${queued.toLocaleString("en-US")} runs were queued`;

const listed = (names: readonly string[]) => [...new Set(names)].join(", ");

/** Why a replay leaves a dead letter, and what can be done about it. */
const WHY_LEFT = {
  "handler-gone":
    "no handler has their name any more. Give one that name again, or: npm run hook -- discard --handler <name>",
  "payload-gone": "their event is past its retention. To discard them: npm run hook -- discard <uuid>",
  "no-key":
    "`order` or `latest` of their handler fails for their event: npm run hook -- show <uuid> says how",
} as const;

function leftLines({ left }: BulkResult): string[] {
  return left.map(
    ({ reason, count }) =>
      `${count} ${count === 1 ? "dead letter was" : "dead letters were"} left: ${WHY_LEFT[reason]}`,
  );
}
