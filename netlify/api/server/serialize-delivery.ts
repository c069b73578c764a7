/** A delivery or a rejected call of the store in the contract's words. */
import { ENDPOINT_PATH } from "../../base/addresses.ts";
import type { StoredDelivery, WholeDelivery } from "../../events/queries/deliveries.ts";
import type { StoredEvent } from "../../events/queries/events.ts";
import type { StoredRejection } from "../../events/queries/list-rejections.ts";
import type { RunSummary } from "../../events/work/queue/run-summaries.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import { describeEvent } from "../../report/describe-event.ts";
import {
  type DeliveryDetail,
  type DeliverySummary,
  deliverySummary,
  type Rejection,
  SHOWN_EVENTS,
} from "../schema/deliveries.ts";
import { describedByRow, type StatusFacts, serializeEvent, serializeStatus } from "./serialize-event.ts";

/** The texts of the unreadable events are cut to this much together: a function's answer holds 6 MB at most (Netlify). */
const MAX_UNREADABLE_CHARACTERS = 1_000_000;

/** A delivery as a list shows it. */
export function serializeDelivery(
  { receivedAt, origin, first, ...delivery }: StoredDelivery,
  facts: StatusFacts,
): DeliverySummary {
  return {
    ...delivery,
    firstEvent: first,
    firstSummary: first === null ? null : describeEvent(describedByRow(first)),
    receivedAt: receivedAt.toISOString(),
    origin: deliverySummary.shape.origin.parse(origin),
    eventTypes: [...delivery.eventTypes],
    handlers: serializeStatus({ eventTypes: delivery.eventTypes, tooOld: false, payloadKept: true }, facts),
  };
}

/** A delivery with its texts and events. @param events may be one more than are shown */
export function serializeWholeDelivery(
  delivery: WholeDelivery,
  events: readonly StoredEvent[],
  {
    delivery: ofDelivery,
    events: ofEvents,
    handlers,
  }: {
    readonly delivery: RunSummary | undefined;
    readonly events: ReadonlyMap<string, RunSummary>;
    readonly handlers: readonly Handler[] | null;
  },
): DeliveryDetail {
  const { headers, envelope, schemaDeviations, unreadable, duplicateUuids, ...listed } = delivery;
  const called = delivery.origin !== "system-log";
  let left = MAX_UNREADABLE_CHARACTERS;
  return {
    ...serializeDelivery(listed, { summary: ofDelivery, handlers }),
    call: called ? { method: "POST", path: ENDPOINT_PATH } : null,
    // Its time is written after the answer. A delivery that was stored too late for Okta was answered 503, and has none.
    answer: called && delivery.tookMs !== null ? { status: 204 } : null,
    bodyNote: called ? noteOnBody(delivery, events) : null,
    headers,
    envelope,
    schemaDeviations: [...schemaDeviations],
    events: events
      .slice(0, SHOWN_EVENTS)
      .map((event) => serializeEvent(event, { summary: ofEvents.get(event.uuid), handlers })),
    moreEvents: events.length > SHOWN_EVENTS,
    unreadable: unreadable.slice(0, SHOWN_EVENTS).map(({ position, json, problems }) => {
      const shown = json.slice(0, left);
      left -= shown.length;
      return { position, json: shown, cut: shown.length < json.length, problems: [...problems] };
    }),
    duplicateUuids: duplicateUuids.slice(0, SHOWN_EVENTS),
  };
}

/** Where the body that is put together again is not the one that came. */
function noteOnBody(
  { duplicateCount, newCount }: WholeDelivery,
  events: readonly StoredEvent[],
): string | null {
  // Of a delivery that retention kept for its runs some events can be gone altogether.
  const isPartOf = newCount <= SHOWN_EVENTS && events.length < newCount;
  const parts = [
    duplicateCount > 0 ? "What came before stands last, as it was first received." : "",
    isPartOf || events.some(({ payloadKept }) => !payloadKept)
      ? "Events whose payload is gone are left out."
      : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : parts.join(" ");
}

export function serializeRejection({ receivedAt, ...rejection }: StoredRejection): Rejection {
  return { ...rejection, receivedAt: receivedAt.toISOString() };
}
