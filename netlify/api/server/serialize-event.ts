/** An event of the store in the contract's words. */
import type { StoredEvent, StoredParty } from "../../events/queries/stored-event.ts";
import type { RunSummary } from "../../events/work/queue/run-summaries.ts";
import { readEvent } from "../../hook/read-event.ts";
import { type DescribedEvent, describeEvent } from "../../report/describe-event.ts";
import type { EventSummary, HandlersStatus } from "../schema/events.ts";

/** Tells an event by its row alone, as lists do. */
export function serializeEvent(event: StoredEvent, glance: RunSummary | undefined): EventSummary {
  return serialize(event, describedByRow(event), glance);
}

/** Tells an event by its payload, where there is one: that has Okta's own words and every target. */
export function serializeWholeEvent(
  event: StoredEvent,
  payload: string | null,
  glance: RunSummary | undefined,
): EventSummary {
  return serialize(
    event,
    payload === null ? describedByRow(event) : describedByPayload(event, payload),
    glance,
  );
}

/** Tells how something stands with its handlers; what was looked at and not found has none. */
export function serializeStatus(glance: RunSummary | undefined): HandlersStatus {
  return { state: glance?.state ?? "none", nextTryAt: glance?.nextTryAt?.toISOString() ?? null };
}

function serialize(
  event: StoredEvent,
  described: DescribedEvent,
  glance: RunSummary | undefined,
): EventSummary {
  const { uuid, published, receivedAt, eventType, deliveryId, actor, target } = event;
  const { outcome, severity, hasSchemaDeviations, payloadKept, tooOld } = event;
  return {
    uuid,
    published: published.toISOString(),
    receivedAt: receivedAt.toISOString(),
    eventType,
    deliveryId,
    summary: describeEvent(described),
    actor,
    target,
    outcome,
    severity,
    hasSchemaDeviations,
    payloadKept,
    handlers: serializeStatus(glance),
    notQueued: tooOld ? "published-too-long-ago" : null,
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
