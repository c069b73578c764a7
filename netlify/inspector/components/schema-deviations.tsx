/** Where something departed from the shape that Okta documents. It was kept all the same. */
import { counted } from "../time.ts";
import { IncrementalList } from "./incremental-list.tsx";
import { PrintableText } from "./printable-text.tsx";

export function SchemaDeviations({ departures, what }: { departures: readonly string[]; what: string }) {
  if (departures.length === 0) return null;
  return (
    <details class="departures">
      <summary>
        {counted(departures.length, "departure")} from the documented {what}
      </summary>
      <ul>
        <IncrementalList
          items={departures}
          step={50}
          what="departures"
          row={(departure) => (
            <li key={departure}>
              <PrintableText text={departure} />
            </li>
          )}
        />
      </ul>
    </details>
  );
}
