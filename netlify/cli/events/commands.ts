/** The commands that look at what came and redo it: `events`, `show` and `replay`. */
import { Command, InvalidArgumentError, Option } from "commander";
import { LOCAL_SITE } from "../../addresses.ts";
import { deadReplayed, eventDetail, eventPage, replayed } from "../../api/contract.ts";
import type { Environment } from "../../config.ts";
import { CommandError, type Terminal } from "../terminal.ts";
import { openApi } from "./call-api.ts";
import { eventDetailLines, eventLines } from "./describe.ts";

const MAX_LIMIT = 1000;
/** What the API gives at a time. */
const PAGE_SIZE = 100;

/** `events`: the newest first. */
export function eventsCommand(environment: Environment, terminal: Terminal): Command {
  return new Command("events")
    .description("list the events that came, newest first")
    .addOption(urlOption())
    .addOption(
      new Option("--type <event type>", "only events of this type; may be repeated")
        .argParser((type: string, before: readonly string[]) => [...before, type])
        .default([], "all"),
    )
    .addOption(new Option("--limit <number>", "how many").argParser(readLimit).default(20))
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample: npm run hook -- events --type user.lifecycle.create --limit 5")
    .action(
      async ({ url, type, limit, json }: { url: string; type: string[]; limit: number; json?: true }) => {
        const api = openApi(url, environment);
        const events = [];
        for (let next: string | null = ""; next !== null && events.length < limit; ) {
          const query = new URLSearchParams(type.map((name): [string, string] => ["type", name]));
          query.set("limit", String(Math.min(limit - events.length, PAGE_SIZE)));
          if (next !== "") query.set("cursor", next);
          const page = await api.get(`events?${query}`, eventPage);
          events.push(...page.events);
          next = page.next;
        }
        if (json) return terminal.outText(JSON.stringify(events, null, 2));
        if (events.length === 0) {
          return terminal.error(
            type.length > 0
              ? "No event of this type came. npm run hook -- types searches Okta's names."
              : "No event came yet. npm run hook -- preview delivers a sample.",
          );
        }
        for (const line of events.flatMap(eventLines)) terminal.out(line);
      },
    );
}

/** `show`: one event with its runs, and its JSON exactly as it was sent. */
export function showCommand(environment: Environment, terminal: Terminal): Command {
  return new Command("show")
    .description("show one event: its handlers' runs, and its JSON as it was sent")
    .argument("<uuid>", "the event's uuid, as `events` lists it", readUuid)
    .addOption(urlOption())
    .option("--json", "print the event's JSON alone, to the byte as it was sent")
    .addHelpText("after", "\nExample: npm run hook -- show 2f1c8a1e-6d0b-11f0-9a3e-5b0c8a7d1e2f")
    .action(async (uuid: string, { url, json }: { url: string; json?: true }) => {
      const event = await openApi(url, environment).get(`events/${encodeURIComponent(uuid)}`, eventDetail);
      if (!json) {
        for (const line of eventDetailLines(event)) terminal.out(line);
      } else if (event.json === null) {
        throw new CommandError("The payload of this event is past its retention.");
      } else {
        terminal.outExact(event.json);
      }
    });
}

/** `replay`: runs the handlers of one event again, or all dead letters. */
export function replayCommand(environment: Environment, terminal: Terminal): Command {
  return new Command("replay")
    .description("run handlers again: those of one event, or all dead letters")
    .argument("[uuid]", "the event's uuid", readUuid)
    .addOption(urlOption())
    .addOption(new Option("--handler <name>", "only this handler").conflicts("dead"))
    .option("--dead", "all dead letters")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run hook -- replay 2f1c8a1e-6d0b-11f0-9a3e-5b0c8a7d1e2f --handler greet-new-user\n  npm run hook -- replay --dead",
    )
    .action(async (uuid: string | undefined, { url, handler, dead }: ReplayOptions) => {
      if ((uuid === undefined) !== (dead === true)) {
        throw new CommandError("Name one event by its uuid, or say --dead for all dead letters.");
      }
      const api = openApi(url, environment);
      const told = (queued: number) => (queued === 1 ? "1 run was queued" : `${queued} runs were queued`);
      if (uuid !== undefined) {
        const path = `events/${encodeURIComponent(uuid)}/replay`;
        const { queued } = await api.post(path, handler === undefined ? {} : { handler }, replayed);
        return terminal.out(told(queued));
      }
      const { queued, left } = await api.post("dead/replay", {}, deadReplayed);
      terminal.out(told(queued));
      for (const { reason, count } of left) {
        terminal.error(
          `${count} ${count === 1 ? "dead letter was" : "dead letters were"} left: ${WHY_LEFT[reason]}`,
        );
      }
    });
}

/** Why a replay leaves a dead letter, and what can be done about it. */
const WHY_LEFT = {
  "handler-gone":
    "no handler has their name any more. Give one that name again, or: npm run hook -- discard --handler <name>",
  "payload-gone": "their event is past its retention. To discard them: npm run hook -- discard <uuid>",
} as const;

interface ReplayOptions {
  readonly url: string;
  readonly handler?: string;
  readonly dead?: true;
}

/** Which site is asked. */
export function urlOption(): Option {
  return new Option("--url <address>", "the site's address; deployed it asks for INSPECTOR_PASSWORD").default(
    LOCAL_SITE,
  );
}

/** A uuid as an argument. What a script's empty variable gives; it would ask for the list of events, or the one above. */
export function readUuid(text: string): string {
  if (/^\.{0,2}$/.test(text)) throw new InvalidArgumentError("Give the uuid of an event.");
  return text;
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_LIMIT}.`);
  }
  return limit;
}
