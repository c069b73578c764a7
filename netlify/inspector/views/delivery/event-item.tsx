/** An event within its delivery: one line, and everything once unfolded. */
import { useState } from "preact/hooks";
import type { EventSummary } from "../../../api/schema/events.ts";
import { EventType } from "../../components/event-type.tsx";
import { HandlersState } from "../../components/handlers-state.tsx";
import { Sentence } from "../../components/sentence.tsx";
import { OutcomeTag } from "../../components/tag.tsx";
import { EventBody } from "../event/event-body.tsx";

export function EventItem({ event, opened }: { event: EventSummary; opened: boolean }) {
  const [open, setOpen] = useState(opened);
  return (
    <li class="event-item">
      <button type="button" class="event-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="mark" aria-hidden="true" />
        <span class="title">
          <EventType type={event.eventType} />
        </span>
        <OutcomeTag outcome={event.outcome} quietly />
        <HandlersState handlers={event.handlers} />
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
