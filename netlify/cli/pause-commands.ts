/** `pause` and `resume`: a handler stops and goes on without a deploy. */
import { Command, InvalidArgumentError } from "commander";
import { pauseResult, resumeResult } from "../api/schema/handlers.ts";
import { HANDLER_NAME } from "../handler-kit/handler-name.ts";
import { openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { printJson } from "./terminal.ts";

interface PauseOptions {
  readonly url?: string;
  readonly json?: true;
}

export function pauseCommand({ environment, terminal }: CliContext): Command {
  return new Command("pause")
    .description("stop a handler without a deploy: its runs wait until it is resumed, the others go on")
    .argument("<handler>", "its name", readName)
    .addOption(apiUrlOption())
    .addOption(jsonOption("{pausedAt}"))
    .addHelpText("after", "\nExample: npm run hook -- pause greet-new-user")
    .action(async (handler: string, { url, json }: PauseOptions) => {
      const api = openApi(url, environment);
      const answer = await api.post(`handlers/${encodeURIComponent(handler)}/pause`, {}, pauseResult);
      if (json) return printJson(terminal, answer);
      terminal.out(`${handler} is paused. Its runs wait.`);
    });
}

export function resumeCommand({ environment, terminal }: CliContext): Command {
  return new Command("resume")
    .description("let a paused handler run again")
    .argument("<handler>", "its name", readName)
    .addOption(apiUrlOption())
    .addOption(jsonOption("{released}"))
    .addHelpText("after", "\nExample: npm run hook -- resume greet-new-user")
    .action(async (handler: string, { url, json }: PauseOptions) => {
      const api = openApi(url, environment);
      const answer = await api.post(`handlers/${encodeURIComponent(handler)}/resume`, {}, resumeResult);
      if (json) return printJson(terminal, answer);
      const { released } = answer;
      terminal.out(`${handler} runs again; ${released === 1 ? "1 run" : `${released} runs`} waited for it.`);
    });
}

/** Dots, or nothing (a script's variable that is not set), would make another path of the API's. */
function readName(text: string): string {
  if (HANDLER_NAME.test(text)) return text;
  throw new InvalidArgumentError("Give a handler's name: npm run hook -- handlers lists them.");
}
