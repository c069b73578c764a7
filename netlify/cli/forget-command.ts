/** `forget`: takes a person out of the store, after it counted and asked. */
import { Command, InvalidArgumentError } from "commander";
import { addForgotten } from "../api/client/sum-answers.ts";
import { type Forgotten, forgotten } from "../api/schema/forget.ts";
import { refuseWho } from "../events/forget/person.ts";
import { type Api, openApi } from "./call-api.ts";
import { askFirst, type CliContext } from "./cli-context.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { CommandError, printJson } from "./terminal.ts";

/** Of what can be many, up to so many are named. */
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
What goes: the payloads of the events that name them and the columns copied from them, the runs and dead letters of these events, and
the errors, headers and raw texts that repeat their id or login. Backups of the database are not reached. Okta keeps its System Log.

An event that was published before and arrives only later runs its handlers, and is emptied within a day. To recognise it, salted
hashes of their ids and logins are kept for 90 days: pseudonymous, not anonymous. What is published afterwards is kept as usual.

An id stands for one user, with all their logins. A login stands for everybody who has or had it.

Examples:
  npm run hook -- forget jane.doe@example.com
  npm run hook -- forget 00u1a2b3c4d5e6f7g8h9 --url https://your-site.netlify.app`,
    )
    .action(async (who: string, { url, alsoUnfinished = false, yes, json }: ForgetOptions) => {
      const api = openApi(url, environment);
      const found = await person.during("Searching", () => walkStore(api, { who, alsoUnfinished }));
      if (found.events + found.otherTexts === 0) {
        if (json) return printJson(terminal, summary(found));
        terminal.out("Nothing is stored of them.");
        return;
      }
      if (!json) for (const line of describe(found, alsoUnfinished)) terminal.out(line);
      await askFirst(person, "Forget them? This cannot be undone.", {
        yes,
        otherwise: "Nothing was forgotten",
        toDo: "forget",
      });
      const gone = await person.during("Forgetting", () =>
        walkStore(api, { who, alsoUnfinished, erase: true }),
      );
      if (json) printJson(terminal, summary(gone));
      else terminal.out(`Forgotten: ${counted(gone)}.`);
      if (gone.unfinished.length > 0) {
        throw new CommandError(
          "What is unfinished goes within a day after it has finished. To forget it now, run this again with --also-unfinished.",
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

async function walkStore(api: Api, asked: Readonly<Record<string, unknown>>): Promise<Forgotten> {
  let sum: Forgotten | null = null;
  do {
    sum = addForgotten(sum, await api.post("forget", { ...asked, after: sum?.next }, forgotten));
  } while (sum.next !== null);
  return sum;
}

function describe({ person, owners, ...found }: Forgotten, alsoUnfinished: boolean): string[] {
  const { ids = [], logins = [], names = [], sharedLogins = [] } = person ?? {};
  const { unfinished } = found;
  const fate = alsoUnfinished
    ? "will end"
    : "not finished: their events stay until they are, unless --also-unfinished";
  return [
    `Also known as: ${listed([...logins, ...ids, ...names])}`,
    ...sharedLogins.map(
      (login) =>
        `Somebody else has or had ${login} too: what names the person by this login alone stays. To forget both, give the login.`,
    ),
    `Stored of them: ${counted(found)}.`,
    ...named(
      "Whose events go:",
      owners.map(({ owner, events }) => `${owner}: ${countedEvents(events)}`),
    ),
    ...named(
      `${unfinished.length} of their runs ${fate}:`,
      unfinished.map(({ uuid, handler }) => `${handler} on ${uuid}`),
    ),
  ];
}

function named(heading: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > MAX_NAMED ? [`  … and ${lines.length - MAX_NAMED} more`] : [];
  return [heading, ...lines.slice(0, MAX_NAMED).map((line) => `  ${line}`), ...more];
}

function listed(texts: readonly string[]): string {
  const more = texts.length > MAX_NAMED ? ` and ${texts.length - MAX_NAMED} more` : "";
  return texts.slice(0, MAX_NAMED).join(", ") + more;
}

function counted({ events, otherTexts }: Pick<Forgotten, "events" | "otherTexts">): string {
  const others = otherTexts === 1 ? "1 other text" : `${otherTexts} other texts`;
  return `${countedEvents(events)}, ${others}`;
}

function countedEvents(events: number): string {
  return events === 1 ? "1 event" : `${events} events`;
}

/** What a script may keep: the person is not in it. */
function summary({ events, unfinished, otherTexts }: Forgotten) {
  return { events, unfinished, otherTexts };
}

function readWho(text: string): string {
  const who = text.trim();
  const refusal = refuseWho(who);
  if (refusal !== null) throw new InvalidArgumentError(refusal);
  return who;
}
