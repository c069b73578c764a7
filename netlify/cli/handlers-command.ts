/** `handlers`: the handlers of a site, their settings, and what of their runs is not done. */
import { Command } from "commander";
import { type HandlerStatus, handlerStatuses } from "../api/schema/handlers.ts";
import { handlerSentence } from "../base/handler-sentence.ts";
import { describeHandler } from "../handler-kit/describe-handler.ts";
import { openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { clockTime } from "./describe-time.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { type Line, paint, printJson, UnreachableError } from "./terminal.ts";

/** Each kind of runs is counted up to so many. */
const MAX_COUNTED_RUNS = 10_000;

/** A handler as it is registered; `runs` is null where no site was asked. */
type ListedHandler = Omit<HandlerStatus, "runs"> & { readonly runs: HandlerStatus["runs"] | null };

/** `handlers`: in the order of `index.ts`. */
export function handlersCommand(context: CliContext): Command {
  const { terminal, clock } = context;
  return new Command("handlers")
    .description("list the handlers: event types, settings, and runs that wait, failed or are dead")
    .addOption(apiUrlOption())
    .addOption(
      jsonOption(
        "a list of {name, on, when, line, circuit, settings: [{variable, problem}], registered, pausedAt, failing, failingSince, circuitOpenUntil, runs: {waiting, retrying, dead, oldestWaitingSince, last: {ended, succeeded, p95Ms}, lastSuccessAt, lastFailure: {at, error}} or null}",
      ),
    )
    .addHelpText("after", "\nExample: npm run hook -- handlers --url https://example.netlify.app")
    .action(async ({ url, json }: { url?: string; json?: true }) => {
      const handlers = await list(url, context);
      if (json) return printJson(terminal, handlers);
      if (handlers.length === 0) {
        return terminal.error(
          "There is no handler. npm run hook -- new handler offboard-user --on user.lifecycle.deactivate",
        );
      }
      for (const handler of handlers)
        for (const line of handlerLines(handler, clock.now())) terminal.out(line);
      if (handlers.some(({ runs }) => runs === null)) {
        terminal.error("Their runs are not known: npm start is not running.");
      }
    });
}

/** Where nothing runs here, the files say what there is, with the settings of `.env`. */
async function list(
  url: string | undefined,
  { environment, handlers }: CliContext,
): Promise<readonly ListedHandler[]> {
  try {
    return (await openApi(url, environment).get("handlers", handlerStatuses)).handlers;
  } catch (error) {
    if (url !== undefined || !(error instanceof UnreachableError)) throw error;
    return (await handlers()).map((handler) => ({
      ...describeHandler(handler, environment),
      registered: true,
      pausedAt: null,
      failing: null,
      failingSince: null,
      circuitOpenUntil: null,
      runs: null,
    }));
  }
}

/** First how it stands, then what it is. */
function handlerLines(listed: ListedHandler, nowMs: number): Line[] {
  const { name, on, when, line, circuit, settings, registered, runs } = listed;
  const options = [when && "with a `when`", line && `with \`${line}\``, !circuit && "without a circuit"];
  return [
    stateLine(listed, nowMs),
    `  ${registered ? [`on ${on.join(", ")}`, ...options.filter(Boolean)].join(", ") : "not in index.ts any more"}`,
    ...settings.map(
      ({ variable, problem }): Line =>
        problem === null
          ? ["  ", paint("green", "set"), `  ${variable}`]
          : ["  ", paint("red", "not usable"), `  ${variable} ${problem}`],
    ),
    ...(runs === null
      ? []
      : [`  ${runs.waiting} waiting, ${runs.retrying} failed and tried again, ${runs.dead} dead`]),
    ...commandsFor(listed).map((command) => `  -> npm run hook -- ${command} ${name}`),
  ];
}

function stateLine({ name, failingSince, pausedAt, runs }: ListedHandler, nowMs: number): Line {
  if (runs === null) return [paint("bold", name)];
  const { waiting, retrying, dead, lastFailure } = runs;
  const sentence = handlerSentence({
    handler: name,
    failingSince: failingSince && clockTime(failingSince, nowMs),
    pausedSince: pausedAt && clockTime(pausedAt, nowMs),
    waiting: waiting + retrying,
    isCapped: Math.max(waiting, retrying) >= MAX_COUNTED_RUNS,
    dead,
    error: failingSince === null && dead === 0 ? null : (lastFailure?.error ?? null),
  });
  return [
    paint(failingSince !== null || dead > 0 ? "red" : pausedAt === null ? "green" : "yellow", sentence),
  ];
}

/** What can be done about it. */
function commandsFor({ failingSince, pausedAt, registered, runs }: ListedHandler): string[] {
  if (runs === null || !registered) return [];
  return [
    ...(runs.retrying > 0 ? ["replay --retrying --handler"] : []),
    ...(runs.dead > 0 ? ["replay --dead --handler"] : []),
    ...(pausedAt !== null ? ["resume"] : failingSince !== null ? ["pause"] : []),
  ];
}
