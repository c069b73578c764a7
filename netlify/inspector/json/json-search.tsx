/** The field that searches one JSON text. Enter goes to the next match, with Shift to the one before. */
import { count } from "../time.ts";
import { MAX_MATCHES } from "./find-in-json.ts";

export interface JsonSearchProps {
  /** What is searched, e.g. `the event`. */
  readonly what: string;
  readonly wanted: string;
  readonly matches: number;
  /** Which of them is looked at, from 0; null: none yet. */
  readonly at: number | null;
  readonly onWanted: (wanted: string) => void;
  readonly onStep: (by: 1 | -1) => void;
}

export function JsonSearch({ what, wanted, matches, at, onWanted, onStep }: JsonSearchProps) {
  return (
    <div class="json-search">
      <input
        type="search"
        aria-label={`Search in ${what}`}
        placeholder="Search"
        autocomplete="off"
        spellcheck={false}
        value={wanted}
        onInput={(event) => onWanted(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          onStep(event.shiftKey ? -1 : 1);
        }}
      />
      {matches > 0 && (
        <>
          <button type="button" class="quiet" aria-label="Previous match" onClick={() => onStep(-1)}>
            ↑
          </button>
          <button type="button" class="quiet" aria-label="Next match" onClick={() => onStep(1)}>
            ↓
          </button>
        </>
      )}
      <span role="status">{matchText(wanted, matches, at)}</span>
    </div>
  );
}

function matchText(wanted: string, matches: number, at: number | null): string {
  if (wanted === "") return "";
  if (matches === 0) return "no match";
  if (matches === 1 && at === null) return "1 match";
  const all = `${count(matches)}${matches < MAX_MATCHES ? "" : " or more"}`;
  return at === null ? `${all} matches` : `${count(at + 1)} of ${all}`;
}
