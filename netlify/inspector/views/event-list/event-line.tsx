/** One event in a list: when, of what type, who, to whom, and how it stands. */
import type { EventSummary } from "../../../api/schema/events.ts";
import { listSummary } from "../../components/list-summary.ts";
import { Row } from "../../components/row.tsx";
import { HandlersState, OutcomeTag, Tag } from "../../components/tag.tsx";
import { EventType, PrintableText, Sentence } from "../../components/text.tsx";
import { type EventFilter, formatRoute } from "../../routing/route.ts";

export function EventLine({
  event,
  filter,
  open,
}: {
  event: EventSummary;
  filter: EventFilter;
  open: boolean;
}) {
  const { uuid, published, eventType, summary, outcome, severity, hasSchemaDeviations, payloadKept } = event;
  return (
    <li>
      <Row
        href={formatRoute({ view: "events", filter, uuid })}
        open={open}
        at={published}
        statusDot={payloadKept ? "new" : "seen"}
        state={event.handlers.state}
        title={<EventType type={eventType} />}
        sentence={<Sentence text={listSummary(summary, eventType)} about={[event.target, event.actor]} />}
        actor={event.actor}
        target={event.target}
      >
        <span class="tags">
          {severity !== null && severity !== "INFO" && (
            <Tag tone="warn">
              <PrintableText text={severity.slice(0, 40)} />
            </Tag>
          )}
          {hasSchemaDeviations && (
            <Tag tone="warn" title="Departs from what Okta documents; kept all the same">
              deviates
            </Tag>
          )}
          <OutcomeTag outcome={outcome} quietly />
        </span>
        <HandlersState handlers={event.handlers} />
      </Row>
    </li>
  );
}
