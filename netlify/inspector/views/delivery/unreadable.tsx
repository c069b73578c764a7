/** The events of a delivery that could not have a row of their own, and why. */
import type { UnreadableEvent } from "../../../api/schema/deliveries.ts";
import { IncrementalList } from "../../components/incremental-list.tsx";
import { PrintableText } from "../../components/printable-text.tsx";
import { JsonView } from "../../json/json-view.tsx";
import { counted } from "../../time.ts";

export function Unreadable({ events, count }: { events: readonly UnreadableEvent[]; count: number }) {
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
