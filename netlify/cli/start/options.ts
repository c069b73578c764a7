/** The options of `npm start`, checked before anything starts. */
import { Command, Option } from "commander";
import { LOCAL_PORT } from "../../base/addresses.ts";
import { wholeNumber } from "../options.ts";
import type { KnownFlag } from "../swallowed-flags.ts";

const readPort = wholeNumber(1, 65_535);

/** What was typed. */
export interface StartOptions {
  readonly port?: number;
  readonly live?: string | true;
  readonly debug?: true;
  readonly offline?: true;
  readonly reset?: true;
  readonly yes?: true;
  readonly staticServerPort?: number;
}

/** The command. It only reads: what is to be done is `act`. */
export function startCommand(
  act: (options: StartOptions, furtherOptions: readonly string[]) => Promise<void>,
): Command {
  return new Command("npm start")
    .description(
      "Runs the endpoint and its page on this machine, with netlify dev, and starts that again when it ends.",
    )
    .usage("[-- <options>]")
    .addOption(
      new Option("--port <number>", "where to listen")
        .argParser(readPort)
        .default(undefined, String(LOCAL_PORT)),
    )
    .option(
      "--live [subdomain]",
      "give the site a public address (Netlify's tunnel; set OKTA_HOOK_SECRET first)",
    )
    .option("--offline", "ask Netlify's servers nothing")
    .option("--debug", "show what netlify dev says of every call")
    .option("--reset", "begin with an empty database; the one there is kept aside")
    .option("--yes", "with --reset: do not ask")
    .addOption(new Option("--staticServerPort <number>").argParser(readPort).hideHelp())
    .argument("[options...]", "further options of netlify dev, after another --")
    .addHelpText(
      "after",
      `
Examples:
  npm start
  npm start -- --port 4000
  npm start -- --reset
  npm start -- -- --country DE

Exit code 0: stopped; 1: it could not start; 2: the options were wrong.`,
    )
    .showHelpAfterError("(npm start -- --help lists the options)")
    .exitOverride()
    .action(async (further: string[], options: StartOptions) => act(options, further));
}

/** The options of `netlify dev` that these come to. */
export function netlifyDevOptions(options: StartOptions, further: readonly string[]): string[] {
  const { port, live, debug, offline, staticServerPort } = options;
  return [
    ...(port === undefined ? [] : ["--port", String(port)]),
    ...(live === undefined ? [] : ["--live", ...(live === true ? [] : [live])]),
    ...(debug ? ["--debug"] : []),
    ...(offline ? ["--offline"] : []),
    ...(staticServerPort === undefined ? [] : ["--staticServerPort", String(staticServerPort)]),
    ...further,
  ];
}

/** Of the options, those that npm has no use of its own for. */
export const FLAGS_NPM_KEEPS: readonly KnownFlag[] = [
  { long: "--port", value: "<number>" },
  { long: "--live", value: undefined },
  { long: "--debug", value: undefined },
  { long: "--reset", value: undefined },
];
