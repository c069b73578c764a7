/**
 * One call in the list. Its statusDot says what it brought: full, something new; hollow, only what had come before; crossed, it was
 * turned away; ringed, something about it was odd.
 */
import type { DeliverySummary, FeedItem, Rejection } from "../../../api/schema/deliveries.ts";
import { listSummary } from "../../components/list-summary.ts";
import { originName } from "../../components/origin-name.ts";
import { Row } from "../../components/row.tsx";
import { HandlersState, OutcomeTag, Tag } from "../../components/tag.tsx";
import { EventType, PrintableText, Sentence } from "../../components/text.tsx";
import { type EventFilter, formatRoute } from "../../routing/route.ts";
import { counted, duration } from "../../time.ts";

export interface FeedRowProps {
  readonly item: FeedItem;
  readonly filter: EventFilter;
  readonly open: boolean;
  readonly arrived: boolean;
}

export function FeedRow({ item, filter, open, arrived }: FeedRowProps) {
  return (
    <li class={arrived ? "arrived" : undefined}>
      {item.kind === "delivery" ? (
        <DeliveryRow delivery={item.delivery} filter={filter} open={open} />
      ) : (
        <RejectionRow rejection={item.rejection} filter={filter} open={open} />
      )}
    </li>
  );
}

function DeliveryRow({
  delivery,
  filter,
  open,
}: {
  delivery: DeliverySummary;
  filter: EventFilter;
  open: boolean;
}) {
  const { newCount, duplicateCount, unreadableCount, eventCount, firstEvent, handlers } = delivery;
  const more = eventCount - 1;
  return (
    <Row
      href={formatRoute({ view: "deliveries", filter, delivery: delivery.id })}
      open={open}
      at={delivery.receivedAt}
      statusDot={`${newCount > 0 ? "new" : "seen"}${delivery.hasSchemaDeviations ? " warn" : ""}`}
      state={handlers.state}
      title={titleOf(delivery)}
      sentence={
        delivery.firstSummary !== null && (
          <>
            <Sentence
              text={listSummary(delivery.firstSummary, firstEvent?.eventType)}
              about={[firstEvent?.target ?? null, firstEvent?.actor ?? null]}
            />
            {more > 0 && ` and ${counted(more, "more event")}`}
          </>
        )
      }
      actor={firstEvent?.actor ?? null}
      target={firstEvent?.target ?? null}
    >
      <span class="tags">
        {newCount > 0 && duplicateCount + unreadableCount > 0 && <Tag tone="new">{newCount} new</Tag>}
        {duplicateCount > 0 && (
          <Tag>{eventCount === duplicateCount ? "duplicate" : counted(duplicateCount, "duplicate")}</Tag>
        )}
        {unreadableCount > 0 && <Tag tone="warn">{unreadableCount} unreadable</Tag>}
        {delivery.hasSchemaDeviations && unreadableCount === 0 && (
          <Tag tone="warn" title="Departs from what Okta documents; kept all the same">
            deviates
          </Tag>
        )}
        <OutcomeTag outcome={firstEvent?.outcome ?? null} quietly />
      </span>
      <HandlersState handlers={handlers} />
      <span class="origin">{originName(delivery)}</span>
      <span class="took">{delivery.tookMs === null ? "" : duration(delivery.tookMs)}</span>
    </Row>
  );
}

function titleOf({ firstEvent, eventTypes, eventCount }: DeliverySummary) {
  if (firstEvent === null) return eventCount === 0 ? "No events" : counted(eventCount, "event");
  return (
    <>
      <EventType type={firstEvent.eventType} />
      {eventTypes.length > 1 && <span class="others"> +{counted(eventTypes.length - 1, "type")}</span>}
      {eventCount > 1 && <span class="others"> ×{eventCount}</span>}
    </>
  );
}

function RejectionRow({
  rejection,
  filter,
  open,
}: {
  rejection: Rejection;
  filter: EventFilter;
  open: boolean;
}) {
  return (
    <Row
      href={formatRoute({ view: "deliveries", filter, rejection: rejection.id })}
      open={open}
      at={rejection.receivedAt}
      statusDot="rejected"
      state={null}
      title={
        <span class="rejected">
          <PrintableText text={`${rejection.method} rejected`} />
        </span>
      }
      sentence={<PrintableText text={rejection.reason} />}
      actor={null}
      target={null}
    >
      <span class="tags">
        <Tag tone="bad">{rejection.status}</Tag>
      </span>
    </Row>
  );
}
