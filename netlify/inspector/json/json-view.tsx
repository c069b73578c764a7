/** A JSON text to read: folded and unfolded by part, searched, every token as it was written. */
import { useMemo, useState } from "preact/hooks";
import { CopyButton } from "../components/buttons.tsx";
import { counted } from "../time.ts";
import { findInJson } from "./find-in-json.ts";
import { JsonPartView } from "./json-part-view.tsx";
import { JsonSearch } from "./json-search.tsx";
import { LongText } from "./marked-text.tsx";
import { type JsonPart, NotJsonError, readDocument } from "./scan-json.ts";

/** Texts up to this long open unfolded: an event of Okta's has 3,500 characters or so. */
const UNFOLDED_LENGTH = 12_000;
/** Unfolding everything of a longer text would freeze the tab. */
const MAX_UNFOLD_ALL_LENGTH = 100_000;

export interface JsonViewProps {
  readonly text: string;
  /** What it is, e.g. `the event`. */
  readonly what: string;
  /** Whether it opens folded, however short it is. */
  readonly folded?: boolean;
}

export function JsonView({ text, what, folded = false }: JsonViewProps) {
  const root = useMemo(() => scan(text), [text]);
  const [unfolding, setUnfolding] = useState({ open: !folded && text.length <= UNFOLDED_LENGTH, round: 0 });
  const [wanted, setWanted] = useState("");
  const [looked, setLooked] = useState<{ at: number | null; step: number }>({ at: null, step: 0 });
  const found = useMemo(() => findInJson(text, wanted, root !== null), [text, wanted, root]);
  const search = {
    found,
    current: looked.at === null ? null : (found[looked.at] ?? null),
    step: looked.step,
  };

  const leaveMatch = () => setLooked(({ step }) => ({ at: null, step }));
  const unfold = (open: boolean) => {
    // Else the way to the match would open again.
    leaveMatch();
    setUnfolding((before) => ({ open, round: before.round + 1 }));
  };
  const goOn = (by: 1 | -1) => {
    const { length } = found;
    if (length === 0) return;
    setLooked(({ at, step }) => ({
      at: at === null ? (by === 1 ? 0 : length - 1) : (at + by + length) % length,
      step: step + 1,
    }));
  };
  return (
    <figure class="json">
      <figcaption>
        <span class="json-size">{counted(text.length, "character")}, exactly as stored</span>
        {root !== null && text.length <= MAX_UNFOLD_ALL_LENGTH && (
          <button type="button" class="quiet" onClick={() => unfold(true)}>
            Unfold all
          </button>
        )}
        {root !== null && (
          <button type="button" class="quiet" onClick={() => unfold(false)}>
            Fold
          </button>
        )}
        <CopyButton text={text} what={what} />
        <JsonSearch
          what={what}
          wanted={wanted}
          matches={found.length}
          at={looked.at}
          onWanted={(next) => {
            leaveMatch();
            setWanted(next);
          }}
          onStep={goOn}
        />
      </figcaption>
      <div class="json-text">
        {root === null ? (
          <LongText text={text} start={0} end={text.length} search={search} />
        ) : (
          <JsonPartView
            key={unfolding.round}
            text={text}
            member={{ key: null, value: root }}
            depth={0}
            unfolded={unfolding.open}
            search={search}
            last
          />
        )}
      </div>
    </figure>
  );
}

function scan(text: string): JsonPart | null {
  try {
    return readDocument(text);
  } catch (error) {
    if (error instanceof NotJsonError) return null;
    throw error;
  }
}
