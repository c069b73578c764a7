/**
 * One call on the wire. Its knot says how it stands: full, there was something new; hollow, all of it had come before;
 * crossed, it was turned away; ringed, something about it was odd. The words beside it say the same.
 */
import type { DeliverySummary, Rejection } from "../../api/contract.ts";
import type { FeedItem } from "../feed.ts";
import { EventType } from "../parts/event-type.tsx";
import { PrintableText } from "../parts/printable-text.tsx";
import { Tag } from "../parts/tag.tsx";
import { Time } from "../parts/time.tsx";
import { walkRows } from "../parts/walk-rows.ts";
import { formatRoute } from "../route.ts";
import { counted, duration } from "../time.ts";
import { listSummary } from "./list-summary.ts";
import { originName } from "./origin-name.ts";

export function FeedRow({ item, open, arrived }: { item: FeedItem; open: boolean; arrived: boolean }) {
  return (
    <li class={arrived ? "arrived" : undefined}>
      {item.kind === "delivery" ? (
        <DeliveryRow delivery={item.delivery} open={open} />
      ) : (
        <RejectionRow rejection={item.rejection} open={open} />
      )}
    </li>
  );
}

function DeliveryRow({ delivery, open }: { delivery: DeliverySummary; open: boolean }) {
  const { newCount, duplicateCount, unreadableCount, eventCount } = delivery;
  const knot = newCount > 0 ? "new" : "seen";
  const more = eventCount - 1;
  return (
    <a
      class="row"
      href={formatRoute({ view: "deliveries", delivery: delivery.id })}
      aria-current={open ? "true" : undefined}
      onKeyDown={walkRows}
    >
      <Time at={delivery.receivedAt} short />
      <span class={`knot ${knot}${delivery.odd ? " odd" : ""}`} aria-hidden="true" />
      <span class="what">
        <span class="title">{titleOf(delivery)}</span>
        {delivery.firstSummary !== null && (
          <span class="who">
            <PrintableText text={listSummary(delivery.firstSummary, delivery.eventTypes[0])} />
            {more > 0 && ` and ${counted(more, "more event")}`}
          </span>
        )}
      </span>
      <span class="meta">
        {newCount > 0 && duplicateCount + unreadableCount > 0 && <Tag tone="new">{newCount} new</Tag>}
        {duplicateCount > 0 && (
          <Tag>{eventCount === duplicateCount ? "duplicate" : counted(duplicateCount, "duplicate")}</Tag>
        )}
        {unreadableCount > 0 && <Tag tone="odd">{unreadableCount} unreadable</Tag>}
        {delivery.odd && unreadableCount === 0 && (
          <Tag tone="odd" title="Departs from what Okta documents; kept all the same">
            odd
          </Tag>
        )}
        <span class="origin">{originName(delivery)}</span>
        <span class="took">{delivery.tookMs === null ? "" : duration(delivery.tookMs)}</span>
      </span>
    </a>
  );
}

function titleOf({ eventTypes, eventCount }: DeliverySummary) {
  const [first, ...others] = eventTypes;
  if (first === undefined) return eventCount === 0 ? "No events" : counted(eventCount, "event");
  return (
    <>
      <EventType type={first} />
      {others.length > 0 && <span class="others"> +{counted(others.length, "type")}</span>}
      {eventCount > 1 && <span class="others"> ×{eventCount}</span>}
    </>
  );
}

function RejectionRow({ rejection, open }: { rejection: Rejection; open: boolean }) {
  return (
    <a
      class="row rejected"
      href={formatRoute({ view: "deliveries", rejection: rejection.id })}
      aria-current={open ? "true" : undefined}
      onKeyDown={walkRows}
    >
      <Time at={rejection.receivedAt} short />
      <span class="knot rejected" aria-hidden="true" />
      <span class="what">
        <span class="title">
          <PrintableText text={`${rejection.method} turned away`} />
        </span>
        <span class="who">
          <PrintableText text={rejection.reason} />
        </span>
      </span>
      <span class="meta">
        <Tag tone="bad">{rejection.status}</Tag>
      </span>
    </a>
  );
}
