/** Where something departed from the shape that Okta documents. It was kept all the same. */
import { counted } from "../time.ts";
import { IncrementalList } from "./incremental-list.tsx";
import { PrintableText } from "./printable-text.tsx";

export function SchemaDeviations({ deviations, what }: { deviations: readonly string[]; what: string }) {
  if (deviations.length === 0) return null;
  return (
    <details class="schema-deviations">
      <summary>
        {counted(deviations.length, "schema deviation")} from the documented {what}
      </summary>
      <ul>
        <IncrementalList
          items={deviations}
          step={50}
          what="schema deviations"
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
