/** `handlers`: the handlers of a site, their settings, and what of their runs is not done. */
import { Command } from "commander";
import { type HandlerStatus, handlerStatuses } from "../api/schema/handlers.ts";
import { describeHandler } from "../handler-kit/describe-handler.ts";
import { openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { type Line, paint, printJson, UnreachableError } from "./terminal.ts";

/** A handler as it is registered; `runs` is null where no site was asked. */
type ListedHandler = Omit<HandlerStatus, "runs"> & { readonly runs: HandlerStatus["runs"] | null };

/** `handlers`: in the order of `index.ts`. */
export function handlersCommand(context: CliContext): Command {
  const { terminal } = context;
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
      for (const line of handlers.flatMap(handlerLines)) terminal.out(line);
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

function handlerLines({
  name,
  on,
  when,
  line,
  circuit,
  settings,
  registered,
  pausedAt,
  failing,
  runs,
}: ListedHandler): Line[] {
  const options = [when && "with a `when`", line && `with \`${line}\``, !circuit && "without a circuit"];
  const events = registered
    ? [`on ${on.join(", ")}`, ...options.filter(Boolean)].join(", ")
    : "not in index.ts any more";
  return [
    [paint("bold", name), `  ${events}`],
    ...(pausedAt === null
      ? []
      : [["  ", paint("yellow", "paused"), `  since ${pausedAt}; its runs wait`] satisfies Line]),
    ...(failing === null ? [] : [["  ", paint("red", failing)] satisfies Line]),
    ...settings.map(
      ({ variable, problem }): Line =>
        problem === null
          ? ["  ", paint("green", "set"), `  ${variable}`]
          : ["  ", paint("red", "not usable"), `  ${variable} ${problem}`],
    ),
    ...(runs === null
      ? []
      : [`  ${runs.waiting} waiting, ${runs.retrying} failed and tried again, ${runs.dead} dead`]),
  ];
}
