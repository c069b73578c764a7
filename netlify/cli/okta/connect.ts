/** Opens the org of the settings for a command: its host is said, waits are said, and its refusals become sentences. */
import { OktaError } from "../../okta/okta-error.ts";
import { type Org, openOrg } from "../../okta/open-org.ts";
import { readOktaSettings } from "../../settings/okta-settings.ts";
import type { CliContext } from "../cli-context.ts";
import { CommandError } from "../terminal.ts";

/**
 * Opens the org and says where it is.
 * @throws {SettingsError} when the org's variables are missing or wrong.
 */
export function connect({ environment, terminal, clock, prompter: person }: CliContext): Org {
  const settings = readOktaSettings(environment);
  terminal.error(`Org: ${new URL(settings.orgUrl).host}`);
  return openOrg(settings, {
    clock,
    fetch: (input, init) => fetch(input, init),
    onWait: ({ status, delayMs }) =>
      person.tell(
        `${status === 429 ? "Okta's rate limit is used up" : `Okta answered ${status}`}: waiting ${Math.ceil(delayMs / 1000)} s.`,
      ),
  });
}

/** Runs a command's work; what the org refused reaches the person as a sentence. */
export async function talking<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OktaError) throw new CommandError(error.message, { cause: error });
    throw error;
  }
}
