/** One delivery, opened: how it came, its events, what was odd, and the whole call. */

import { useState } from "preact/hooks";
import type { DeliveryDetail, UnreadableEvent } from "../../../api/schema/deliveries.ts";
import type { EventSummary } from "../../../api/schema/events.ts";
import { CopyButton } from "../../components/buttons.tsx";
import { Fact, Facts, IncrementalList, SchemaDeviations } from "../../components/facts.tsx";
import { originName } from "../../components/origin-name.ts";
import { Problem } from "../../components/problem.tsx";
import { HandlersState, OutcomeTag } from "../../components/tag.tsx";
import { EventType, PrintableText, Sentence, Time } from "../../components/text.tsx";
import { fetchDelivery } from "../../data/api.ts";
import { useQuery } from "../../data/use-query.ts";
import { JsonView } from "../../json/json-view.tsx";
import { formatRoute, noFilter } from "../../routing/route.ts";
import { counted, duration } from "../../time.ts";
import { EventBody } from "../event/event-body.tsx";
import { WholeCall } from "./whole-call.tsx";

export function DeliveryView({ id }: { id: string }) {
  const { value, problem, again } = useQuery(
    id,
    fetchDelivery,
    ({ tookMs, receivedAt }) => tookMs === null && isYoung(receivedAt),
  );

  if (problem !== null) return <Problem text={problem} retry={again} />;
  if (value === null) return <p class="loading">Loading…</p>;
  return <Opened delivery={value} />;
}

function Opened({ delivery }: { delivery: DeliveryDetail }) {
  const { events, unreadable, duplicateUuids } = delivery;
  return (
    <>
      <h2>
        Delivery of <Time at={delivery.receivedAt} />
      </h2>
      <Facts>
        <Fact name="Came">
          {originName(delivery)}
          <HookdeckLink delivery={delivery} />
        </Fact>
        <Fact name="Events">{contents(delivery)}</Fact>
        <Fact name="Answered">
          {delivery.answer !== null &&
            delivery.tookMs !== null &&
            `${delivery.answer.status}, in ${duration(delivery.tookMs)}`}
        </Fact>
        <Fact name="Delivery id">
          {delivery.eventId !== null && (
            <>
              <PrintableText text={delivery.eventId} />{" "}
              <CopyButton text={delivery.eventId} what="the delivery id" />
            </>
          )}
        </Fact>
        <Fact name="Event hook">{delivery.hookId !== null && <PrintableText text={delivery.hookId} />}</Fact>
      </Facts>
      <SchemaDeviations deviations={delivery.schemaDeviations} what="envelope" />

      {events.length > 0 && (
        <section>
          <h3>{counted(events.length, "new event")}</h3>
          <ul class="events">
            <IncrementalList
              items={events}
              step={50}
              what="events"
              row={(event) => <EventItem key={event.uuid} event={event} opened={events.length === 1} />}
            />
          </ul>
          {delivery.moreEvents && <p class="help">These are the first 1,000. The others are under Events.</p>}
        </section>
      )}

      {duplicateUuids.length > 0 && (
        <section>
          <h3>{counted(duplicateUuids.length, "duplicate")}</h3>
          <p class="help">
            Came before, so nothing ran again. An event's page can run its handlers once more.
          </p>
          <ul class="uuids">
            <IncrementalList
              items={duplicateUuids}
              step={50}
              what="duplicates"
              row={(uuid) => (
                <li key={uuid}>
                  <a href={formatRoute({ view: "events", filter: noFilter, uuid })}>
                    <PrintableText text={uuid} />
                  </a>
                </li>
              )}
            />
          </ul>
        </section>
      )}

      <Unreadable events={unreadable} count={delivery.unreadableCount} />
      <WholeCall delivery={delivery} />
    </>
  );
}

function contents({ eventCount, newCount, duplicateCount, unreadableCount }: DeliveryDetail): string {
  if (eventCount === 0) return "none";
  return [
    newCount > 0 ? `${newCount} new` : "",
    duplicateCount > 0 ? `${duplicateCount} seen before` : "",
    unreadableCount > 0 ? `${unreadableCount} unreadable` : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

/** The address is from a header, so anybody's word: only Hookdeck's own site is linked. */
function HookdeckLink({ delivery: { hookdeck } }: { delivery: DeliveryDetail }) {
  if (hookdeck === null) return null;
  if (hookdeck.url === null || !/^https:\/\/(?:[a-z0-9-]+\.)*hookdeck\.com\//.test(hookdeck.url)) {
    return (
      <>
        {", event "}
        <PrintableText text={hookdeck.eventId} />
      </>
    );
  }
  return (
    <>
      {", "}
      <a href={hookdeck.url} rel="noreferrer noopener" target="_blank">
        event <PrintableText text={hookdeck.eventId} /> at Hookdeck
      </a>
    </>
  );
}

function isYoung(receivedAt: string): boolean {
  return Date.now() - Date.parse(receivedAt) < 60_000;
}

/** An event within its delivery: one line, and everything once unfolded. */
function EventItem({ event, opened }: { event: EventSummary; opened: boolean }) {
  const [open, setOpen] = useState(opened);
  return (
    <li class="event-item">
      <button type="button" class="event-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="mark" aria-hidden="true" />
        <span class="title">
          <EventType type={event.eventType} />
        </span>
        <span class="tags">
          <OutcomeTag outcome={event.outcome} quietly />
          <HandlersState handlers={event.handlers} />
        </span>
        <span class="who">
          <Sentence text={event.summary} about={[event.target, event.actor]} />
        </span>
      </button>
      {open && (
        <div class="event-open">
          <EventBody uuid={event.uuid} within="delivery" />
        </div>
      )}
    </li>
  );
}

/** The events of a delivery that could not have a row of their own, and why. */
function Unreadable({ events, count }: { events: readonly UnreadableEvent[]; count: number }) {
  if (events.length === 0) return null;
  return (
    <section>
      <h3>{counted(count, "unreadable event")}</h3>
      <p class="help">Kept as they came; no handler runs for them.</p>
      <ul class="events">
        <IncrementalList
          items={events}
          step={10}
          what="unreadable events"
          row={({ position, json, cut, problems }) => (
            <li key={position} class="unreadable">
              <p>
                At place {position + 1}: <PrintableText text={problems.join("; ")} />
                {cut && " Only its beginning is shown."}
              </p>
              <JsonView text={json} what={`event ${position + 1}`} />
            </li>
          )}
        />
      </ul>
    </section>
  );
}
