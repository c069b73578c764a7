/** One member of a JSON text, and when unfolded its own members. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { count, counted } from "../time.ts";
import { holdsCurrent, type Search } from "./find-in-json.ts";
import { LongText, MarkedText } from "./marked-text.tsx";
import { type JsonMember, type JsonPart, readMembers } from "./scan-json.ts";

export interface JsonPartProps {
  readonly text: string;
  readonly member: JsonMember;
  readonly depth: number;
  /** Whether it and all within open unfolded; the outermost always does. */
  readonly unfolded: boolean;
  readonly search: Search;
  /** Whether no comma follows. */
  readonly last: boolean;
}

export function JsonPartView(props: JsonPartProps) {
  const { text, member, search, last } = props;
  const { key, value } = member;
  if (value.kind === "object" || value.kind === "array") return <JsonContainer {...props} />;
  return (
    <div class="json-line">
      <JsonKey text={text} part={key} search={search} />
      <span class={`json-${value.kind}`}>
        <LongText text={text} start={value.start} end={value.end} search={search} />
      </span>
      {last ? "" : ","}
    </div>
  );
}

const MEMBERS_STEP = 200;

function JsonContainer({ text, member, depth, unfolded, search, last }: JsonPartProps) {
  const { key, value } = member;
  const members = useMemo(() => readMembers(text, value), [text, value]);
  const holds = holdsCurrent(search, value.start, value.end);
  const [open, setOpen] = useState(unfolded || depth === 0 || holds);
  const [shown, setShown] = useState(() => withMatch({ from: 0, to: MEMBERS_STEP }, members, search));
  useEffect(() => {
    if (!holds) return;
    setOpen(true);
    setShown((before) => withMatch(before, members, search));
  }, [search.step]);
  const [opening, closing] = value.kind === "array" ? ["[", "]"] : ["{", "}"];

  if (members.length === 0) {
    return (
      <div class="json-line">
        <JsonKey text={text} part={key} search={search} />
        {opening}
        {closing}
        {last ? "" : ","}
      </div>
    );
  }
  const size = counted(members.length, value.kind === "array" ? "item" : "key");
  const left = members.length - shown.to;
  return (
    <div class="json-part">
      <div class="json-line">
        <button type="button" class="json-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class="json-mark" aria-hidden="true" />
          <JsonKey text={text} part={key} search={search} />
          {opening}
          {!open && (
            <>
              <span class="json-folded"> {size} </span>
              {closing}
            </>
          )}
        </button>
        {!open && !last && ","}
      </div>
      {open && (
        <>
          <div class="json-members">
            {shown.from > 0 && (
              <button
                type="button"
                class="quiet"
                onClick={() => setShown({ ...shown, from: Math.max(0, shown.from - MEMBERS_STEP) })}
              >
                Show {count(Math.min(MEMBERS_STEP, shown.from))} more of the {count(shown.from)} before
              </button>
            )}
            {members.slice(shown.from, shown.to).map((inner, index) => (
              <JsonPartView
                key={inner.value.start}
                text={text}
                member={inner}
                depth={depth + 1}
                unfolded={unfolded}
                search={search}
                last={shown.from + index === members.length - 1}
              />
            ))}
            {left > 0 && (
              <button
                type="button"
                class="quiet"
                onClick={() => setShown({ ...shown, to: shown.to + MEMBERS_STEP })}
              >
                Show {count(Math.min(MEMBERS_STEP, left))} more of {count(left)}
              </button>
            )}
          </div>
          <div class="json-line">
            {closing}
            {last ? "" : ","}
          </div>
        </>
      )}
    </div>
  );
}

/** Which members to show: those that were, or those around the match that is looked at. */
function withMatch(
  shown: { readonly from: number; readonly to: number },
  members: readonly JsonMember[],
  search: Search,
): { from: number; to: number } {
  if (search.current === null) return shown;
  const index = members.findIndex(({ key, value }) =>
    holdsCurrent(search, key?.start ?? value.start, value.end),
  );
  if (index < 0 || (index >= shown.from && index < shown.to)) return shown;
  const from = index - (index % MEMBERS_STEP);
  return { from, to: from + MEMBERS_STEP };
}

/** A key longer than this is cut, and can only be copied whole: nobody reads on, and it stands within a button. */
const MAX_KEY_LENGTH = 500;

function JsonKey({ text, part, search }: { text: string; part: JsonPart | null; search: Search }) {
  if (part === null) return null;
  const found = holdsCurrent(search, part.start, part.end) ? search.current : null;
  const isBehind = found !== null && found.end > part.start + MAX_KEY_LENGTH;
  const start = isBehind ? found.start : part.start;
  const end = Math.min(part.end, start + MAX_KEY_LENGTH);
  return (
    <>
      <span class="json-key">
        {isBehind && "… "}
        <MarkedText text={text} start={start} end={end} search={search} />
        {part.end > end && `… ${count(part.end - end)} more characters`}
      </span>
      {": "}
    </>
  );
}
