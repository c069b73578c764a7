/** One member of a JSON text, and when unfolded its own members. */
import { useMemo, useState } from "preact/hooks";
import { PrintableText } from "../parts/printable-text.tsx";
import { count, counted } from "../time.ts";
import { type JsonMember, type JsonPart, readMembers } from "./scan-json.ts";

export interface JsonPartProps {
  readonly text: string;
  readonly member: JsonMember;
  readonly depth: number;
  /** Whether it and all within open unfolded; the outermost always does. */
  readonly unfolded: boolean;
  /** Whether no comma follows. */
  readonly last: boolean;
}

const MEMBERS_STEP = 200;

export function JsonPartView({ text, member, depth, unfolded, last }: JsonPartProps) {
  const { key, value } = member;
  const [open, setOpen] = useState(unfolded || depth === 0);
  const [shown, setShown] = useState(MEMBERS_STEP);
  const isContainer = value.kind === "object" || value.kind === "array";
  const members = useMemo(() => (isContainer ? readMembers(text, value) : []), [text, value, isContainer]);
  const [opening, closing] = value.kind === "array" ? ["[", "]"] : ["{", "}"];
  const keyText = key === null ? null : text.slice(key.start, key.end);

  if (!isContainer || members.length === 0) {
    return (
      <div class="json-line">
        <JsonKey keyText={keyText} />
        {isContainer ? `${opening}${closing}` : <JsonScalar text={text} part={value} />}
        {last ? "" : ","}
      </div>
    );
  }
  const size = counted(members.length, value.kind === "array" ? "item" : "key");
  return (
    <div class="json-part">
      <div class="json-line">
        <button type="button" class="json-fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class="json-mark" aria-hidden="true" />
          <JsonKey keyText={keyText} />
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
            {members.slice(0, shown).map((inner, index) => (
              <JsonPartView
                key={inner.value.start}
                text={text}
                member={inner}
                depth={depth + 1}
                unfolded={unfolded}
                last={index === members.length - 1}
              />
            ))}
            {members.length > shown && (
              <button type="button" class="quiet" onClick={() => setShown(shown + MEMBERS_STEP)}>
                Show {count(Math.min(MEMBERS_STEP, members.length - shown))} more of{" "}
                {count(members.length - shown)}
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

/** A key longer than this is cut, and can only be copied whole: nobody reads on, and it stands within a button. */
const MAX_KEY_LENGTH = 500;

function JsonKey({ keyText }: { keyText: string | null }) {
  if (keyText === null) return null;
  return (
    <>
      <span class="json-key">
        <PrintableText text={keyText.slice(0, MAX_KEY_LENGTH)} />
        {keyText.length > MAX_KEY_LENGTH && `… ${count(keyText.length - MAX_KEY_LENGTH)} more characters`}
      </span>
      {": "}
    </>
  );
}

/** A megabyte in one line takes a browser seconds to lay out. */
const STRING_STEP = 2_000;

function JsonScalar({ text, part }: { text: string; part: JsonPart }) {
  const [shown, setShown] = useState(STRING_STEP);
  const length = part.end - part.start;
  const left = length - shown;
  return (
    <span class={`json-${part.kind}`}>
      <PrintableText text={text.slice(part.start, part.start + Math.min(shown, length))} />
      {left > 0 && (
        <button type="button" class="quiet" onClick={() => setShown(shown + STRING_STEP * 10)}>
          … {count(left)} more characters
        </button>
      )}
    </span>
  );
}
