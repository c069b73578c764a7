/** A delivery as lines for a terminal: the call as it came, and what we answered. */
import type { DeliveryDetail } from "../api/schema/deliveries.ts";
import { prettyJson } from "../report/pretty-json.ts";
import { type Line, paint } from "./terminal.ts";

/** What came, what is missing of it, and the answer. @param text its body; null: there is none */
export function deliveryLines(delivery: DeliveryDetail, text: string | null): Line[] {
  const { bodyNote: note } = delivery;
  const { id, receivedAt, eventCount, newCount, duplicateCount, unreadableCount, call, answer } = delivery;
  const events = `${eventCount} ${eventCount === 1 ? "event" : "events"}`;
  return [
    [
      `${receivedAt}  `,
      paint("bold", `delivery ${id}: ${events}`),
      `, ${newCount} new, ${duplicateCount} seen before, ${unreadableCount} unreadable`,
    ],
    ...delivery.events.map(({ uuid, summary }): Line => [`  ${summary}  `, paint("dim", uuid)]),
    ...delivery.duplicateUuids.map((uuid): Line => ["  seen before  ", paint("dim", uuid)]),
    ...(call === null ? [] : ["", [paint("bold", `${call.method} ${call.path}`)] satisfies Line]),
    ...Object.entries(delivery.headers).map(([name, value]) => `${name}: ${value}`),
    ...(text === null ? [] : ["", ...prettyJson(text).split("\n")]),
    "",
    ...(note === null ? [] : [["  ", paint("yellow", note)] satisfies Line]),
    ...(call === null ? [] : [`  answered: ${answered(answer, delivery.tookMs)}`]),
  ];
}

function answered(answer: DeliveryDetail["answer"], tookMs: number | null): string {
  if (answer === null || tookMs === null) return "not known, nothing was noted after it";
  return `${answer.status}, an empty body, in ${Math.round(tookMs)} ms`;
}
