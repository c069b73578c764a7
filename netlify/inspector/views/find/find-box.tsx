/** One box for whatever a person has in hand: a uuid or its beginning, a login, an id, an event type, a delivery. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { FindResult } from "../../../api/schema/find.ts";
import { PrintableText } from "../../components/text.tsx";
import { explain, find } from "../../data/api.ts";
import { FIND_BOX_ID } from "../../use-keys.ts";
import { suggestionsOf } from "./suggestions-of.ts";

const TYPING_MS = 250;

export function FindBox() {
  const [text, setText] = useState("");
  const [found, setFound] = useState<FindResult | null>(null);
  const [problem, setProblem] = useState("");
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const wanted = text.trim();

  useEffect(() => {
    setFound(null);
    setProblem("");
    if (wanted === "") return;
    let left = false;
    const timer = setTimeout(async () => {
      const answer = await find(wanted);
      if (left) return;
      if (answer.outcome === "ok") setFound(answer.value);
      else setProblem(explain(answer));
    }, TYPING_MS);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [wanted]);

  const suggestions = found === null ? [] : suggestionsOf(found);
  const close = () => {
    setText("");
    setOpen(false);
  };
  /** Enter goes to the first that is found, and does not wait until somebody has stopped typing. */
  const goToFirst = async () => {
    let first = suggestions[0];
    if (found === null && wanted !== "") {
      const answer = await find(wanted);
      if (answer.outcome !== "ok") return setProblem(explain(answer));
      setFound(answer.value);
      first = suggestionsOf(answer.value)[0];
    }
    // Somebody may have typed on, or gone elsewhere.
    if (first === undefined || input.current?.value.trim() !== wanted) return;
    location.hash = first.href;
    close();
  };
  const walk = (press: KeyboardEvent) => {
    if (press.key === "Escape" && document.activeElement !== input.current) {
      press.preventDefault();
      input.current?.focus();
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[press.key];
    if (by === undefined) return;
    press.preventDefault();
    const stops = [...(box.current?.querySelectorAll<HTMLElement>("input, a") ?? [])];
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement) stops[stops.indexOf(activeElement) + by]?.focus();
  };

  return (
    <search>
      <form
        class="find"
        ref={box}
        onSubmit={(submission) => {
          submission.preventDefault();
          void goToFirst();
        }}
        onKeyDown={walk}
        onFocusIn={() => setOpen(true)}
        onFocusOut={(left) => {
          const to = left.relatedTarget;
          if (!(to instanceof Node && left.currentTarget.contains(to))) setOpen(false);
        }}
      >
        <input
          ref={input}
          id={FIND_BOX_ID}
          type="search"
          aria-label="Find an event, a person or a type"
          placeholder="Find: uuid, login, id, type, delivery"
          maxLength={256}
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          value={text}
          onInput={(typing) => setText(typing.currentTarget.value)}
        />
        <span class="key" aria-hidden="true">
          /
        </span>
        {open && wanted !== "" && (
          <div class="panel found">
            <ul>
              {suggestions.map(({ href, what, text: words }) => (
                <li key={href}>
                  <a
                    href={href}
                    // The keyboard stays in the box: Safari would give it to nobody, and the panel would go before the click.
                    onMouseDown={(press) => press.preventDefault()}
                    onClick={close}
                  >
                    <span class="aside">{what}</span> <PrintableText text={words} />
                  </a>
                </li>
              ))}
            </ul>
            <p class="help" role="status">
              {problem !== "" && problem}
              {found === null && problem === "" && "Looking…"}
              {found !== null &&
                suggestions.length === 0 &&
                "Nothing begins so. Capitals count in ids and types."}
            </p>
          </div>
        )}
      </form>
    </search>
  );
}
