/** `doctor`: looks at everything that can be wrong, one line each with the fix. */
import { Command } from "commander";
import { isLoopbackHost } from "../../base/addresses.ts";
import type { DatabaseHealth } from "../../events/database/examine-database.ts";
import { OktaError } from "../../okta/okta-error.ts";
import { type Environment, SettingsError } from "../../settings/environment.ts";
import { type HookSettings, readHookSettings } from "../../settings/hook-settings.ts";
import type { CliContext } from "../cli-context.ts";
import { databaseOption } from "../database-command.ts";
import { connect } from "../okta/connect.ts";
import { nameOption } from "../okta/hook-options.ts";
import { jsonOption, urlOption } from "../options.ts";
import { readTarget } from "../read-target.ts";
import { refusePlainHttp } from "../simulate/call-endpoint.ts";
import { CommandError, printJson } from "../terminal.ts";
import { checkEndpoint, explainSilence } from "./check-endpoint.ts";
import { checkHealth } from "./check-health.ts";
import { checkOrg, checkProof, type OrgCheck } from "./check-org.ts";
import { checkPostgres } from "./check-postgres.ts";
import { checkDatabase, checkHandlers, checkRefused, checkTools } from "./check-project.ts";
import { checkSettings } from "./check-settings.ts";
import { describeFindings, error, exitCodeOf, type Finding, skipped, warn } from "./finding.ts";
import { type Machine, thisMachine } from "./machine.ts";

interface DoctorOptions {
  readonly url?: string;
  readonly name: string;
  readonly database?: true;
  readonly json?: true;
}

/** The command. */
export function doctorCommand(
  context: CliContext,
  machine: Machine = thisMachine(context.environment),
): Command {
  return new Command("doctor")
    .description("look for problems, and print the fix of each")
    .addOption(urlOption())
    .addOption(nameOption())
    .addOption(databaseOption())
    .addOption(jsonOption('a list of {about, state: "fine", "warn", "error" or "skipped", message, fix}'))
    .addHelpText(
      "after",
      `
Exit code 0: nothing to mend; 1: a fault, or something to look at; 2: the command line is wrong.

Examples:
  npm run hook -- doctor
  npm run hook -- doctor --url https://example.netlify.app/okta-webhooks-endpoint`,
    )
    .action(async (options: DoctorOptions) => {
      const findings = await examine(options, context, machine);
      const { terminal } = context;
      if (options.json) printJson(terminal, findings);
      else for (const line of describeFindings(findings)) terminal.out(line);
      process.exitCode = exitCodeOf(findings);
    });
}

async function examine(options: DoctorOptions, context: CliContext, machine: Machine): Promise<Finding[]> {
  const { environment, prompter: person } = context;
  const url = options.url === undefined ? undefined : readUrl(options.url, environment);
  const { findings, hook, hasOrg } = checkSettings(environment, url !== undefined && !isLoopback(url));
  const secretless = findings.some(({ about, state }) => about === "secret" && state === "error");
  const endpoint = secretless
    ? [skipped("endpoint", "without a usable secret there is nothing to try")]
    : hook &&
      (await person.during("Asking the endpoint", () =>
        checkEndpoint(url, readTarget(undefined).endpoint, hook, machine),
      ));
  const org = hook && hasOrg ? await examineOrg(options.name, url, hook, context) : undefined;
  const postgres = await person.during("Looking into the database", () =>
    checkPostgres(environment, options.database === true),
  );
  const health: DatabaseHealth =
    postgres === undefined
      ? await machine.database(org?.hook?.id, org?.hook?.lastUpdated)
      : { kind: "not-running" };
  return [
    ...checkTools(machine),
    ...findings,
    ...(machine.isSettingsFileShared()
      ? [warn(".env", "others at this machine can read it, and the secrets in it", "chmod 600 .env")]
      : []),
    ...(await checkHandlers(context)),
    ...(endpoint ?? []).map((finding) => explainSilence(finding, org?.hook)),
    postgres ?? checkDatabase(health, await machine.migrations()),
    ...(org?.findings ?? []),
    ...checkRefused(health),
    ...(await checkHealth(url, environment)),
    ...checkProof(org?.hook, health.kind === "ready" ? health.deliveries : undefined),
  ];
}

async function examineOrg(
  name: string,
  url: URL | undefined,
  settings: HookSettings,
  context: CliContext,
): Promise<OrgCheck> {
  try {
    const eventTypes = await context.subscription();
    // An endpoint of this machine is behind Hookdeck or a tunnel: the hook has another address.
    const address = url !== undefined && !isLoopback(url) ? url : undefined;
    const org = connect(context);
    const expected = { name, url: address, settings, eventTypes, now: context.clock.now() };
    return await context.prompter.during("Asking the org", () => checkOrg(org, expected));
  } catch (cause) {
    if (cause instanceof OktaError) return { findings: [error("org", cause.message)], hook: undefined };
    if (cause instanceof CommandError)
      return { findings: [error("handlers", cause.message)], hook: undefined };
    throw cause;
  }
}

function readUrl(text: string, environment: Environment): URL {
  const { endpoint } = readTarget(text);
  try {
    return refusePlainHttp(endpoint, readHookSettings(environment));
  } catch (error) {
    // Settings that cannot be used are a finding of their own.
    if (error instanceof SettingsError) return endpoint;
    throw error;
  }
}

const isLoopback = ({ hostname }: URL) => isLoopbackHost(hostname);
