/** `show`: one event whole. */
import { Command } from "commander";
import { eventDetail } from "../../api/contract/events.ts";
import type { CliContext } from "../cli-context.ts";
import { jsonOption } from "../json.ts";
import { CommandError } from "../terminal.ts";
import { apiUrlOption } from "../url-option.ts";
import { openApi } from "./call-api.ts";
import { eventDetailLines } from "./describe.ts";
import { findUuid } from "./find-uuid.ts";
import { readUuid } from "./read-uuid.ts";

/** `show`: one event with its runs, and its JSON exactly as it was sent. */
export function showCommand({ environment, terminal }: CliContext): Command {
  return new Command("show")
    .description("show one event: its handlers' runs, and its JSON as it was sent")
    .argument("<uuid>", "the event's uuid, as `events` lists it, or its beginning", readUuid)
    .addOption(apiUrlOption())
    .addOption(jsonOption("the event alone, to the byte as Okta sent it"))
    .addHelpText("after", "\nExample: npm run hook -- show 2f1c8a1e")
    .action(async (typed: string, { url, json }: { url?: string; json?: true }) => {
      const api = openApi(url, environment);
      const uuid = await findUuid(api, typed);
      const event = await api.get(`events/${encodeURIComponent(uuid)}`, eventDetail);
      if (!json) {
        for (const line of eventDetailLines(event)) terminal.out(line);
      } else if (event.json === null) {
        throw new CommandError("The payload of this event is past its retention.");
      } else {
        terminal.outExact(event.json);
      }
    });
}
