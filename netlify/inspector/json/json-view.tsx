/** A JSON text to read: folded and unfolded by part, every token as it was written. */
import { useMemo, useState } from "preact/hooks";
import { CopyButton } from "../parts/copy-button.tsx";
import { PrintableText } from "../parts/printable-text.tsx";
import { counted } from "../time.ts";
import { JsonPartView } from "./json-part-view.tsx";
import { type JsonPart, NotJsonError, readDocument } from "./scan-json.ts";

/** Texts up to this long open unfolded: an event of Okta's has 3,500 characters or so. */
const UNFOLDED_LENGTH = 12_000;
/** Unfolding everything of a longer text would freeze the tab. */
const MAX_UNFOLD_ALL_LENGTH = 100_000;

export function JsonView({ text, what }: { text: string; what: string }) {
  const root = useMemo(() => scan(text), [text]);
  const [unfolding, setUnfolding] = useState({ open: text.length <= UNFOLDED_LENGTH, round: 0 });
  const unfold = (open: boolean) => setUnfolding((before) => ({ open, round: before.round + 1 }));
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
      </figcaption>
      <div class="json-text">
        {root === null ? (
          <PrintableText text={text.slice(0, UNFOLDED_LENGTH)} />
        ) : (
          <JsonPartView
            key={unfolding.round}
            text={text}
            member={{ key: null, value: root }}
            depth={0}
            unfolded={unfolding.open}
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
