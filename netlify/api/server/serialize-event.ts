/** An event of the store in the contract's words. */
import type { StoredEvent, StoredParty } from "../../events/queries/events.ts";
import type { RunSummary } from "../../events/work/queue/run-summaries.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import { handlersFor } from "../../handler-kit/handler-list.ts";
import { readEvent } from "../../hook/read-event.ts";
import { type DescribedEvent, describeEvent } from "../../report/describe-event.ts";
import type { EventSummary, HandlersStatus } from "../schema/events.ts";

/** What a status is made of besides the event. */
export interface StatusFacts {
  /** What was looked at and not found has none. */
  readonly summary: RunSummary | undefined;
  /** Null: they do not load. */
  readonly handlers: readonly Handler[] | null;
}

/** An event as a list shows it, from its row alone. */
export function serializeEvent(event: StoredEvent, facts: StatusFacts): EventSummary {
  return serialize(event, describedByRow(event), facts);
}

/** An event from its payload, where there is one: it has Okta's own words and every target. */
export function serializeWholeEvent(
  event: StoredEvent,
  payload: string | null,
  facts: StatusFacts,
): EventSummary {
  return serialize(
    event,
    payload === null ? describedByRow(event) : describedByPayload(event, payload),
    facts,
  );
}

/** The status of an event, or of the events of a delivery. */
export function serializeStatus(
  {
    eventTypes,
    tooOld,
    payloadKept,
  }: { eventTypes: readonly string[]; tooOld: boolean; payloadKept: boolean },
  { summary, handlers }: StatusFacts,
): HandlersStatus {
  const state = summary?.state ?? "none";
  const nextTryAt = summary?.nextTryAt?.toISOString() ?? null;
  if (state !== "none" || handlers === null) return { state, nextTryAt, noRuns: null };
  const listening = eventTypes.flatMap((eventType) => handlersFor(handlers, eventType));
  const noRuns = !payloadKept
    ? "forgotten"
    : listening.length === 0
      ? "no-handler"
      : tooOld
        ? "too-old"
        : summary?.isRecordedOnly || listening.some(({ when }) => when === undefined)
          ? "recorded-only"
          : "filtered-out";
  return { state, nextTryAt, noRuns };
}

function serialize(event: StoredEvent, described: DescribedEvent, facts: StatusFacts): EventSummary {
  const { uuid, deliveryId, eventType, actor, target, outcome, severity } = event;
  const { hasSchemaDeviations, tooOld, payloadKept } = event;
  return {
    ...{ uuid, deliveryId, eventType, actor, target, outcome, severity, hasSchemaDeviations, payloadKept },
    published: event.published.toISOString(),
    receivedAt: event.receivedAt.toISOString(),
    summary: describeEvent(described),
    handlers: serializeStatus({ eventTypes: [eventType], tooOld, payloadKept }, facts),
  };
}

/** What a sentence about an event can be made of without its payload. */
export function describedByRow({
  eventType,
  actor,
  target,
  outcome,
}: Pick<StoredEvent, "eventType" | "actor" | "target" | "outcome">): DescribedEvent {
  return {
    eventType,
    actor: actor && describedParty(actor),
    target: target && [describedParty(target)],
    outcome: { result: outcome },
  };
}

function describedByPayload(event: StoredEvent, payload: string): DescribedEvent {
  try {
    const reading = readEvent(JSON.parse(payload));
    if (reading.readable) return reading.event;
  } catch {
    // A payload that is no JSON is shown as it is; its row describes it.
  }
  return describedByRow(event);
}

function describedParty({ id, login, name }: StoredParty): NonNullable<DescribedEvent["actor"]> {
  return { id, alternateId: login, displayName: name };
}
