/** `alert`: sends a test to the address that is told of failures, from here or from a site. */
import { Command } from "commander";
import { postMessage } from "../alerts/post-message.ts";
import { testAlertResult } from "../api/schema/health.ts";
import { readAlertSettings } from "../settings/alert-settings.ts";
import { openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { CommandError } from "./terminal.ts";

/** The command. */
export function alertCommand({
  environment,
  terminal,
  clock,
  prompter: person,
  randomBytes,
}: CliContext): Command {
  return new Command("alert")
    .description("send a test to ALERT_URL")
    .option("--url <address>", "let this site send it, with its own settings: its Health lists it")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run hook -- alert\n  npm run hook -- alert --url https://your-site.netlify.app",
    )
    .action(async ({ url }: { readonly url?: string }) => {
      if (url !== undefined) {
        const { sentTo, problem } = await openApi(url, environment).post("alerts/test", {}, testAlertResult);
        if (problem !== null) throw new CommandError(`The test was not taken: ${problem}.`);
        terminal.out(`${sentTo} took the test.`);
        return;
      }
      const settings = readAlertSettings(environment);
      if (settings === null) throw new CommandError("ALERT_URL is not set: nobody is told of failures.");
      const { host } = new URL(settings.url);
      const now = new Date(clock.now());
      const problem = await person.during(`Sending to ${host}`, () =>
        postMessage(
          settings,
          {
            id: `test-${randomBytes(8).toString("hex")}`,
            type: "alert.test",
            text: "A test of the alerts for Okta event hooks. Nothing is wrong.",
            data: { kind: "test" },
          },
          { fetch: (input, init) => fetch(input, init), now },
        ),
      );
      if (problem !== null) throw new CommandError(`The test was not taken: ${problem}.`);
      terminal.out(
        `${host} took the test${settings.kind === "webhook" ? ", signed with ALERT_SECRET" : ` as ${settings.kind === "slack" ? "Slack" : "Teams"} takes it`}.`,
      );
    });
}
