/** One event in a list: when, of what type, who did what to whom, and how it ended. */
import type { EventSummary } from "../../api/contract.ts";
import { EventType } from "../parts/event-type.tsx";
import { PrintableText } from "../parts/printable-text.tsx";
import { OutcomeTag, outcomeTone, Tag } from "../parts/tag.tsx";
import { Time } from "../parts/time.tsx";
import { walkRows } from "../parts/walk-rows.ts";
import { type EventFilter, formatRoute } from "../route.ts";
import { listSummary } from "./list-summary.ts";

export function EventLine({
  event,
  filter,
  open,
}: {
  event: EventSummary;
  filter: EventFilter;
  open: boolean;
}) {
  const { uuid, published, eventType, summary, outcome, severity, departed, payloadKept, notQueued } = event;
  const failed = outcome !== null && outcomeTone(outcome) === "bad";
  return (
    <li>
      <a
        class="row"
        href={formatRoute({ view: "events", filter, uuid })}
        aria-current={open ? "true" : undefined}
        onKeyDown={walkRows}
      >
        <Time at={published} short />
        <span class={`knot ${failed ? "failed" : payloadKept ? "new" : "seen"}`} aria-hidden="true" />
        <span class="what">
          <span class="title">
            <EventType type={eventType} />
          </span>
          <span class="who">
            <PrintableText text={listSummary(summary, eventType)} />
          </span>
        </span>
        <span class="meta">
          {severity !== null && severity !== "INFO" && (
            <Tag tone={severity === "ERROR" ? "bad" : "odd"}>
              <PrintableText text={severity.slice(0, 40)} />
            </Tag>
          )}
          {departed && (
            <Tag tone="odd" title="Departs from what Okta documents; kept all the same">
              odd
            </Tag>
          )}
          {notQueued !== null && (
            <Tag tone="odd" title="Published more than 90 days before it came: no handler ran by itself">
              not run
            </Tag>
          )}
          {!payloadKept && <Tag>forgotten</Tag>}
          <OutcomeTag outcome={outcome} quietly />
        </span>
      </a>
    </li>
  );
}
