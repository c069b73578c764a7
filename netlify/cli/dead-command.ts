/** `dead`: the runs that failed for the last time, by handler and error. */
import { Command } from "commander";
import { type DeadRun, deadPage } from "../api/schema/failing.ts";
import { type Api, openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { type Line, paint, printJson } from "./terminal.ts";

const PAGE_SIZE = 100;
/** So many dead letters are read, the last to die first. */
const MAX_READ = 10_000;
/** So many uuids of a group are shown; JSON has them all. */
const SHOWN = 3;

/** Dead letters of one handler with one error. */
interface DeadRunGroup {
  readonly handler: string;
  readonly error: string | null;
  /** Whether the handler still exists. */
  readonly registered: boolean;
  readonly count: number;
  /** When the last of them died. */
  readonly lastAt: string | null;
  readonly eventTypes: readonly string[];
  /** The last to die first. */
  readonly uuids: readonly string[];
}

/** `dead`: the largest group first. */
export function deadCommand({ environment, terminal }: CliContext): Command {
  return new Command("dead")
    .description("list the dead letters, by handler and error")
    .addOption(apiUrlOption())
    .addOption(jsonOption("a list of {handler, error, registered, count, lastAt, eventTypes, uuids}"))
    .addHelpText("after", "\nThen: npm run hook -- replay --dead, or replay <uuid>, or discard <uuid>")
    .action(async ({ url, json }: { url?: string; json?: true }) => {
      const { dead, more } = await readDead(openApi(url, environment));
      const groups = groupDead(dead);
      if (json) return printJson(terminal, groups);
      if (groups.length === 0) return terminal.error("No dead letters.");
      for (const line of groups.flatMap(groupLines)) terminal.out(line);
      if (more)
        terminal.error(`There are more than these ${MAX_READ}: npm run hook -- handlers counts them.`);
    });
}

async function readDead(api: Api): Promise<{ dead: DeadRun[]; more: boolean }> {
  const dead: DeadRun[] = [];
  let next: string | null = "";
  while (next !== null && dead.length < MAX_READ) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
    if (next !== "") query.set("cursor", next);
    const page: { dead: DeadRun[]; next: string | null } = await api.get(`dead?${query}`, deadPage);
    dead.push(...page.dead);
    next = page.next;
  }
  return { dead, more: next !== null };
}

function groupDead(dead: readonly DeadRun[]): DeadRunGroup[] {
  const groups = Map.groupBy(dead, ({ handler, lastError }) => JSON.stringify([handler, lastError]));
  return [...groups.values()]
    .flatMap((runs): DeadRunGroup[] => {
      const [last] = runs;
      if (!last) return [];
      return [
        {
          handler: last.handler,
          error: last.lastError,
          registered: last.registered,
          count: runs.length,
          lastAt: last.updatedAt,
          eventTypes: [...new Set(runs.map(({ eventType }) => eventType))],
          uuids: runs.map(({ uuid }) => uuid),
        },
      ];
    })
    .sort((one, other) => other.count - one.count);
}

function groupLines({ handler, error, registered, count, lastAt, eventTypes, uuids }: DeadRunGroup): Line[] {
  const gone = registered ? "" : " (this handler does not exist any more)";
  const more = uuids.length > SHOWN ? ` and ${uuids.length - SHOWN} more` : "";
  return [
    [paint("red", `${count} dead`), `  ${handler}${gone}: ${error ?? "no error was kept"}`],
    `  ${eventTypes.join(", ")}, the last ${lastAt ?? "at an unknown time"}`,
    ["  ", paint("dim", uuids.slice(0, SHOWN).join("  ") + more)],
  ];
}
