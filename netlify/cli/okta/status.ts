/** `okta status`: the org's hooks, and the deliveries that Okta could not make. */
import { Command, Option } from "commander";
import { health } from "../../api/schema/health.ts";
import { OktaError } from "../../okta/okta-error.ts";
import type { DeliveryFailure } from "../../okta/read-delivery-failure.ts";
import { openApi } from "../call-api.ts";
import type { CliContext } from "../cli-context.ts";
import { jsonOption, wholeNumber } from "../options.ts";
import { printJson } from "../terminal.ts";
import { connect, talking } from "./connect.ts";
import { describeHook, HOOK_SHAPE, hookJson } from "./describe-hook.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Okta keeps its System Log for 90 days. */
const MAX_DAYS = 90;
const MAX_SHOWN = 10;

interface StatusOptions {
  readonly url?: string;
  readonly days: number;
  readonly json?: true;
}

/** The command. */
export function statusCommand(context: CliContext): Command {
  return new Command("status")
    .description("show the org's event hooks and the deliveries that failed")
    .addOption(
      new Option("--days <number>", "how far back to look for failures")
        .argParser(wholeNumber(1, MAX_DAYS))
        .default(1),
    )
    .option("--url <address>", "a site, to say as well which of the org's events are there")
    .addOption(
      jsonOption(
        '{hooks: [HOOK], failures: [{published, reason, hooks}], or "error" in their place, ledger with --url}',
      ),
    )
    .addHelpText(
      "after",
      `\n${HOOK_SHAPE}\n\nExamples:\n  npm run hook -- okta status\n  npm run hook -- okta status --days 7 --json\n  npm run hook -- okta status --url https://example.netlify.app`,
    )
    .action((options: StatusOptions) => talking(() => showStatus(options, context)));
}

async function showStatus({ days, json, url }: StatusOptions, context: CliContext): Promise<void> {
  const { terminal, prompter: person, clock, environment } = context;
  const org = connect(context);
  const hooks = await person.during("Reading the org's event hooks", () => org.listHooks());
  const since = new Date(clock.now() - days * DAY_MS);
  const failures = await person.during("Reading the System Log", () =>
    org.listDeliveryFailures(since).catch((error: unknown) => {
      if (error instanceof OktaError) return error;
      throw error;
    }),
  );
  if (failures instanceof OktaError) process.exitCode = 1;
  const site = url === undefined ? undefined : await openApi(url, environment).get("health", health);
  if (json) {
    const log = failures instanceof OktaError ? { error: failures.message } : { failures };
    return printJson(terminal, {
      hooks: hooks.map(hookJson),
      ...log,
      ...(site && { ledger: site.ledger }),
    });
  }
  if (hooks.length === 0)
    terminal.out('The org has no event hooks: make one with "okta create --url <address>".');
  for (const hook of hooks) for (const line of [...describeHook(hook), ""]) terminal.out(line);
  if (site) terminal.out(site.ledger?.sentence ?? site.catchUp.reason);
  if (failures instanceof OktaError) return terminal.error(failures.message);
  for (const line of describeFailures(failures, days)) terminal.out(line);
}

/** The failures of the last days, the latest first. */
function describeFailures(failures: readonly DeliveryFailure[], days: number): string[] {
  const span = days === 1 ? "the last day" : `the last ${days} days`;
  if (failures.length === 0) return [`No failed deliveries in ${span}.`];
  const more = failures.length > MAX_SHOWN ? [`  … and ${failures.length - MAX_SHOWN} more`] : [];
  return [
    `Failed deliveries in ${span}: ${failures.length}`,
    ...failures
      .slice(0, MAX_SHOWN)
      .map(
        ({ published, reason, hooks: [hook = "unknown hook"] }) =>
          `  ${published?.toISOString() ?? "(no time)"}  ${hook}  ${reason.slice(0, 200)}`,
      ),
    ...more,
  ];
}
