/** `dead` and `discard`: the runs that failed for the last time are listed, by handler and kind of failure, and removed. */
import { Command } from "commander";
import { type DiscardFailingBody, discardResult, type FailingGroup } from "../api/schema/failing.ts";
import { shortError } from "../base/handler-sentence.ts";
import { openApi } from "./call-api.ts";
import { askFirst, type CliContext } from "./cli-context.ts";
import { describeTime } from "./describe-time.ts";
import { findUuid, readUuids } from "./event-uuid.ts";
import {
  countRuns,
  errorOption,
  type FailureFilter,
  findGroups,
  groupFilters,
  handlerOption,
} from "./failing-groups.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { type Line, paint, printJson, UsageError } from "./terminal.ts";

interface DeadOptions extends FailureFilter {
  readonly url?: string;
  readonly json?: true;
}

/** `dead`: the largest group first. */
export function deadCommand({ environment, terminal, clock }: CliContext): Command {
  return new Command("dead")
    .description("list the dead letters, by handler and kind of failure")
    .addOption(apiUrlOption())
    .addOption(handlerOption())
    .addOption(errorOption())
    .addOption(
      jsonOption(
        "a list of {handler, fingerprint, error, registered, dead, retrying, since, lastAt, nextTryAt, pausedAt, eventTypes, examples: [{uuid, person}]}",
      ),
    )
    .addHelpText(
      "after",
      "\nThen: npm run hook -- replay --dead --handler offboard-user, or discard --dead --error 'HR answered 404'",
    )
    .action(async ({ url, json, ...filter }: DeadOptions) => {
      const groups = await findGroups(openApi(url, environment), filter, "dead");
      if (json) return printJson(terminal, groups);
      if (groups.length === 0) return terminal.error("No dead letters.");
      for (const line of groups.flatMap((group) => groupLines(group, clock.now()))) terminal.out(line);
    });
}

function groupLines(
  { handler, error, registered, dead, since, lastAt, eventTypes, examples }: FailingGroup,
  nowMs: number,
): Line[] {
  const gone = registered ? "" : " (this handler does not exist any more)";
  const more = dead > examples.length ? ` and ${dead - examples.length} more` : "";
  const says = error === null ? "no error was kept" : `"${shortError(error)}"`;
  return [
    [paint("red", `${dead.toLocaleString("en-US")} dead`), `  ${handler}${gone}: ${says}`],
    `  ${eventTypes.join(", ")}, the first ${describeTime(since, nowMs)}, the last ${describeTime(lastAt, nowMs)}`,
    ["  ", paint("dim", examples.map(({ uuid }) => uuid).join("  ") + more)],
  ];
}

/** What the API takes at a time. */
const BATCH_SIZE = 100;

interface DiscardOptions extends FailureFilter {
  readonly url?: string;
  readonly dead?: true;
  readonly yes?: true;
  readonly json?: true;
}

export function discardCommand(context: CliContext): Command {
  const { environment, terminal, prompter } = context;
  return new Command("discard")
    .description("remove dead letters: those of the events named, of a handler, of a kind of failure, or all")
    .argument("[uuid...]", "the uuid of each event, or its beginning", readUuids)
    .addOption(apiUrlOption())
    .addOption(handlerOption())
    .addOption(errorOption())
    .option("--dead", "all dead letters")
    .option("--yes", "do not ask")
    .addOption(jsonOption("{discarded}"))
    .addHelpText(
      "after",
      `
Examples:
  npm run hook -- discard 2f1c8a1e 77ab01c2
  npm run hook -- discard --handler an-old-name
  npm run hook -- discard --dead --error "HR answered 404"`,
    )
    .action(async (typed: readonly string[] = [], { url, dead, yes, json, ...filter }: DiscardOptions) => {
      const { handler, error } = filter;
      if (
        typed.length > 0 ? dead || error !== undefined : !dead && handler === undefined && error === undefined
      ) {
        throw new UsageError(
          "Name events by their uuid, a handler with --handler, an error with --error, or say --dead for all dead letters.",
        );
      }
      const api = openApi(url, environment);
      const bodies: DiscardFailingBody[] = [];
      let what: string;
      if (typed.length > 0) {
        const runs = [];
        for (const one of typed)
          runs.push({ uuid: await findUuid(api, one), ...(handler !== undefined && { handler }) });
        for (let start = 0; start < runs.length; start += BATCH_SIZE)
          bodies.push({ runs: runs.slice(start, start + BATCH_SIZE) });
        what = `the dead letters of ${typed.length === 1 ? "this event" : `these ${typed.length} events`}`;
      } else {
        const groups = await findGroups(api, filter, "dead");
        what = countRuns(groups, "dead");
        const filters = groups.length === 0 ? [] : groupFilters(filter, groups);
        bodies.push(...filters.map((one) => (Object.keys(one).length === 0 ? { all: true as const } : one)));
      }
      if (bodies.length > 0) {
        const question = `Discard ${what}? They cannot be replayed from the list any more.`;
        await askFirst(prompter, question, { yes, otherwise: "Nothing was discarded", toDo: "discard" });
      }
      let discarded = 0;
      for (const body of bodies) discarded += (await api.delete("failing", body, discardResult)).discarded;
      if (json) return printJson(terminal, { discarded });
      terminal.out(
        discarded === 1 ? "1 dead letter was discarded" : `${discarded} dead letters were discarded`,
      );
    });
}
