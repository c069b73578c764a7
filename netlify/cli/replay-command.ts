/** `replay`: runs handlers again. */
import { Command, Option } from "commander";
import { addReplay } from "../api/client/sum-answers.ts";
import {
  type ReplayFailingBody,
  type ReplayFailingResult,
  replayFailingResult,
  replayResult,
} from "../api/schema/failing.ts";
import { type Api, openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { findUuid, readUuids } from "./event-uuid.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { CommandError, printJson, UsageError } from "./terminal.ts";

interface ReplayOptions {
  readonly url?: string;
  readonly handler?: string;
  readonly dead?: true;
  readonly json?: true;
}

/** What became of one event that was named. */
type Outcome = { readonly uuid: string } & ({ readonly queued: number } | { readonly problem: string });

/** `replay`: runs the handlers of some events again, or all dead letters. Exit code 1 unless each event was queued. */
export function replayCommand({ environment, terminal }: CliContext): Command {
  return new Command("replay")
    .description("run handlers again: those of the events named, or all dead letters")
    .argument("[uuid...]", "the uuid of each event, or its beginning", readUuids)
    .addOption(apiUrlOption())
    .addOption(new Option("--handler <name>", "only this handler").conflicts("dead"))
    .option("--dead", "all dead letters")
    .addOption(
      jsonOption("{replayed: [{uuid, queued or problem}]}; with --dead {queued, left: [{reason, count}]}"),
    )
    .addHelpText(
      "after",
      "\nExamples:\n  npm run hook -- replay 2f1c8a1e --handler greet-new-user\n  npm run hook -- replay 2f1c8a1e 77ab01c2\n  npm run hook -- replay --dead",
    )
    .action(async (typed: readonly string[], { url, handler, dead, json }: ReplayOptions) => {
      if ((typed.length === 0) !== (dead === true)) {
        throw new UsageError("Name events by their uuid, or say --dead for all dead letters.");
      }
      const api = openApi(url, environment);
      if (dead) {
        const { next: _, ...answer } = await replayDead(api);
        if (json) return printJson(terminal, answer);
        terminal.out(queuedText(answer.queued));
        for (const line of leftLines(answer)) terminal.error(line);
        return;
      }
      const outcomes: Outcome[] = [];
      for (const uuid of typed) outcomes.push(await replayOne(api, uuid, handler));
      if (json) printJson(terminal, { replayed: outcomes });
      else for (const outcome of outcomes) print(outcome, typed.length > 1);
      if (outcomes.some((outcome) => "problem" in outcome)) process.exitCode = 1;
    });

  function print(outcome: Outcome, several: boolean): void {
    const of = several ? `${outcome.uuid}: ` : "";
    if ("queued" in outcome) terminal.out(of + queuedText(outcome.queued));
    else terminal.error(of + outcome.problem);
  }
}

/** All dead letters, in as many calls as it takes. */
async function replayDead(api: Api): Promise<ReplayFailingResult> {
  let sum: ReplayFailingResult | null = null;
  do {
    const body: ReplayFailingBody = { state: "dead", cursor: sum?.next ?? undefined };
    sum = addReplay(sum, await api.post("failing/replay", body, replayFailingResult));
  } while (sum.next !== null);
  return sum;
}

/** What is wrong with one event does not keep the others back. */
async function replayOne(api: Api, typed: string, handler: string | undefined): Promise<Outcome> {
  try {
    const uuid = await findUuid(api, typed);
    const path = `events/${encodeURIComponent(uuid)}/replay`;
    const { queued } = await api.post(path, handler === undefined ? {} : { handler }, replayResult);
    return { uuid, queued };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { uuid: typed, problem: error.message };
  }
}

const queuedText = (queued: number) => (queued === 1 ? "1 run was queued" : `${queued} runs were queued`);

/** Why a replay leaves a dead letter, and what can be done about it. */
const WHY_LEFT = {
  "handler-gone":
    "no handler has their name any more. Give one that name again, or: npm run hook -- discard --handler <name>",
  "payload-gone": "their event is past its retention. To discard them: npm run hook -- discard <uuid>",
  "no-key":
    "`order` or `latest` of their handler fails for their event: npm run hook -- show <uuid> says how",
} as const;

function leftLines({ left }: Pick<ReplayFailingResult, "left">): string[] {
  return left.map(
    ({ reason, count }) =>
      `${count} ${count === 1 ? "dead letter was" : "dead letters were"} left: ${WHY_LEFT[reason]}`,
  );
}
