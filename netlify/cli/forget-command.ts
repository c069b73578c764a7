/** `forget`: takes a person out of the store, after it counted and asked. */
import { Command, InvalidArgumentError } from "commander";
import { type Forgotten, forgotten } from "../api/schema/forget.ts";
import { type Api, openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { jsonOption, printJson } from "./json.ts";
import { CommandError } from "./terminal.ts";
import { apiUrlOption } from "./url-option.ts";

/** Unfinished runs are named up to this many. */
const MAX_NAMED = 10;

export function forgetCommand({ environment, terminal, prompter: person }: CliContext): Command {
  return new Command("forget")
    .description("remove a person from everything that is stored; their events' uuids stay")
    .argument("<login or id>", "the person's login, or their Okta id", readWho)
    .addOption(apiUrlOption())
    .option("--also-unfinished", "also events whose handlers have not finished: those runs end")
    .option("--yes", "do not ask")
    .addOption(jsonOption("{events, unfinished: [{uuid, handler}], otherTexts}"))
    .addHelpText(
      "after",
      `
What goes: the payloads of their events and the columns copied from them, their runs and dead letters, and the errors, headers and raw
texts that repeat them. Backups of the database are not reached. Okta still has its System Log.

Examples:
  npm run hook -- forget jane.doe@example.com
  npm run hook -- forget 00u1a2b3c4d5e6f7g8h9 --url https://your-site.netlify.app`,
    )
    .action(async (who: string, { url, alsoUnfinished = false, yes, json }: ForgetOptions) => {
      const api = openApi(url, environment);
      const found = await person.during("Looking", () => walkStore(api, { who, alsoUnfinished }));
      if (found.events + found.otherTexts + found.unfinished.length === 0) {
        if (json) return printJson(terminal, summary(found));
        terminal.out("Nothing is stored of them.");
        return;
      }
      if (!json) for (const line of describe(found, alsoUnfinished)) terminal.out(line);
      if (!yes) {
        const answer = await person.confirm("Forget them? This cannot be undone.");
        if (answer === undefined) throw new CommandError("Nothing was forgotten: give --yes to forget.");
        if (!answer) throw new CommandError("Nothing was forgotten.");
      }
      const gone = await person.during("Forgetting", () =>
        walkStore(api, { who, alsoUnfinished, erase: true, person: found.person }),
      );
      if (json) printJson(terminal, summary(gone));
      else terminal.out(`Forgotten: ${counted(gone)}.`);
      if (gone.unfinished.length > 0 && !alsoUnfinished) {
        throw new CommandError(
          "What is unfinished stayed. Let it finish and run this again, or give --also-unfinished.",
        );
      }
    });
}

interface ForgetOptions {
  readonly url?: string;
  readonly alsoUnfinished?: boolean;
  readonly yes?: true;
  readonly json?: true;
}

/** The sum of all slices. */
type StoredData = Omit<Forgotten, "next">;

async function walkStore(api: Api, asked: Readonly<Record<string, unknown>>): Promise<StoredData> {
  let sum: StoredData | undefined;
  let after: string | null = null;
  do {
    const known = sum === undefined ? {} : { person: sum.person };
    const slice: Forgotten = await api.post("forget", { ...asked, ...known, after }, forgotten);
    sum = {
      person: slice.person,
      events: slice.events + (sum?.events ?? 0),
      otherTexts: slice.otherTexts + (sum?.otherTexts ?? 0),
      unfinished: [...(sum?.unfinished ?? []), ...slice.unfinished],
    };
    after = slice.next;
  } while (after !== null);
  return sum;
}

function describe(
  { person: { ids, logins, names }, ...found }: StoredData,
  alsoUnfinished: boolean,
): string[] {
  const { unfinished } = found;
  const fate = alsoUnfinished ? "will end" : "not finished: their events stay unless --also-unfinished";
  return [
    `Also known as: ${[...new Set([...ids, ...logins, ...names])].join(", ")}`,
    `Stored of them: ${counted(found)}.`,
    ...(unfinished.length === 0 ? [] : [`${unfinished.length} of their runs ${fate}:`]),
    ...unfinished.slice(0, MAX_NAMED).map(({ uuid, handler }) => `  ${handler} on ${uuid}`),
    ...(unfinished.length > MAX_NAMED ? [`  … and ${unfinished.length - MAX_NAMED} more`] : []),
  ];
}

function counted({ events, otherTexts }: Pick<StoredData, "events" | "otherTexts">): string {
  const others = otherTexts === 1 ? "1 other text" : `${otherTexts} other texts`;
  return `${events === 1 ? "1 event" : `${events} events`}, ${others}`;
}

/** What a script may keep: the person is not in it. */
function summary({ events, unfinished, otherTexts }: StoredData) {
  return { events, unfinished, otherTexts };
}

function readWho(text: string): string {
  if (text.trim().length >= 3) return text.trim();
  throw new InvalidArgumentError("Give a login or an Okta id of at least 3 characters.");
}
