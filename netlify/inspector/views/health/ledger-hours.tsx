/** The last hours beside the System Log: how each was, in a colour and on hover in words. */
import type { Health } from "../../../api/schema/health.ts";
import { exactTime } from "../../time.ts";

type Hours = NonNullable<Health["ledger"]>["hours"];

export function LedgerHours({ hours }: { hours: Hours }) {
  return (
    <ol class="hours" aria-label="The last 24 hours, one by one">
      {hours.map((hour) => {
        const { look, words } = describe(hour);
        return (
          <li key={hour.hour} class={look} title={`${exactTime(hour.hour)}: ${words}`}>
            <span class="sr-only">
              {exactTime(hour.hour)}: {words}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function describe({ counts }: Hours[number]): { look: string; words: string } {
  if (counts === null) return { look: "unknown", words: "not compared yet" };
  const { missed } = counts;
  if (missed > 0) return { look: "missed", words: `${missed} recovered from the System Log` };
  return { look: "well", words: "all here" };
}
