/** `show`: one event whole, or one delivery with its call. */
import { Command } from "commander";
import { type DeliveryDetail, deliveryDetail } from "../api/schema/deliveries.ts";
import { eventDetail } from "../api/schema/events.ts";
import { findResult, MIN_UUID_PREFIX_LENGTH } from "../api/schema/find.ts";
import { handlerStatuses } from "../api/schema/handlers.ts";
import { prettyJson } from "../report/pretty-json.ts";
import { type Api, openApi } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { eventDetailLines } from "./describe-event.ts";
import { findUuid, readUuid } from "./event-uuid.ts";
import { apiUrlOption, jsonOption } from "./options.ts";
import { CommandError, type Line, paint, type Terminal } from "./terminal.ts";

/** `show`: one event with its runs, and its JSON exactly as it was sent; or a delivery with its call. */
export function showCommand({ environment, terminal, clock }: CliContext): Command {
  return new Command("show")
    .description("show one event: its handlers' runs, and its JSON as it was sent; or one delivery: its call")
    .argument(
      "<uuid or delivery>",
      "the event's uuid, as `events` lists it, or its beginning; or a delivery's number",
      readUuid,
    )
    .addOption(apiUrlOption())
    .addOption(jsonOption("the event alone, to the byte as Okta sent it; of a delivery its body"))
    .addHelpText(
      "after",
      "\nExamples:\n  npm run hook -- show 2f1c8a1e\n  npm run hook -- show 42\n  npm run -s hook -- show 42 --json > body.json",
    )
    .action(async (typed: string, { url, json }: { url?: string; json?: true }) => {
      const api = openApi(url, environment);
      if (await isDelivery(api, typed)) return await showDelivery(api, typed, json === true, terminal);
      const uuid = await findUuid(api, typed);
      const event = await api.get(`events/${encodeURIComponent(uuid)}`, eventDetail);
      if (!json) {
        for (const line of eventDetailLines(event, clock.now())) terminal.out(line);
        // While the code does not load, this says so.
        if (event.runs.length === 0 && event.handlers.noRuns === null)
          await api.get("handlers", handlerStatuses);
      } else if (event.json === null) {
        throw new CommandError("The payload of this event is past its retention.");
      } else {
        terminal.outExact(event.json);
      }
    });
}

/**
 * A whole number is a delivery; where there is none, it can still begin a uuid.
 * @throws {CommandError} when it is too short for that
 */
async function isDelivery(api: Api, typed: string): Promise<boolean> {
  if (!/^\d+$/.test(typed)) return false;
  const { delivery } = await api.get(`find?text=${typed}`, findResult);
  if (delivery === null && typed.length < MIN_UUID_PREFIX_LENGTH) {
    throw new CommandError(`No delivery has the number ${typed}. The page and \`show\` of an event tell it.`);
  }
  return delivery !== null;
}

async function showDelivery(api: Api, id: string, json: boolean, terminal: Terminal): Promise<void> {
  const delivery = await api.get(`deliveries/${id}`, deliveryDetail);
  const { call, bodyNote } = delivery;
  const body = () => api.getText(`deliveries/${id}/body`);
  if (json) {
    terminal.outExact(await body());
    if (bodyNote !== null) terminal.error(bodyNote);
    return;
  }
  const text = call === null ? null : await body();
  for (const line of [...callLines(delivery), ...bodyLines(text), ...answerLines(delivery)])
    terminal.out(line);
}

function callLines({
  id,
  receivedAt,
  eventCount,
  newCount,
  call,
  headers,
  ...delivery
}: DeliveryDetail): Line[] {
  const { duplicateCount, unreadableCount, events, duplicateUuids } = delivery;
  const counted = `${eventCount} ${eventCount === 1 ? "event" : "events"}`;
  return [
    [
      `${receivedAt}  `,
      paint("bold", `delivery ${id}: ${counted}`),
      `, ${newCount} new, ${duplicateCount} seen before, ${unreadableCount} unreadable`,
    ],
    ...events.map(({ uuid, summary }): Line => [`  ${summary}  `, paint("dim", uuid)]),
    ...duplicateUuids.map((uuid): Line => ["  seen before  ", paint("dim", uuid)]),
    ...(call === null ? [] : ["", [paint("bold", `${call.method} ${call.path}`)] satisfies Line]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
}

const bodyLines = (text: string | null) => (text === null ? [] : ["", ...prettyJson(text).split("\n")]);

function answerLines({ call, answer, tookMs, bodyNote }: DeliveryDetail): Line[] {
  const answered =
    answer === null || tookMs === null
      ? "not known, nothing was noted after it"
      : `${answer.status}, an empty body, in ${Math.round(tookMs)} ms`;
  return [
    "",
    ...(bodyNote === null ? [] : [["  ", paint("yellow", bodyNote)] satisfies Line]),
    ...(call === null ? [] : [`  answered: ${answered}`]),
  ];
}
