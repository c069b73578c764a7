/** The event types there are, with how many of each, to choose some. */
import { useEffect, useRef, useState } from "preact/hooks";
import { PrintableText } from "../../components/text.tsx";
import { fetchEventTypes } from "../../data/api.ts";
import { useQuery } from "../../data/use-query.ts";
import type { EventFilter } from "../../routing/route.ts";
import { spanOf } from "../../routing/time-range.ts";
import { cappedCount } from "../../time.ts";

export function TypePicker({
  filter,
  onChange,
}: {
  filter: EventFilter;
  onChange: (types: readonly string[]) => void;
}) {
  const { types } = filter;
  const [isOpen, setIsOpen] = useState(false);
  const { value } = useQuery(
    isOpen ? `${filter.last} ${filter.from} ${filter.to}` : null,
    () => fetchEventTypes(spanOf(filter, new Date())),
    "changes",
  );
  const [search, setSearch] = useState("");
  const details = useRef<HTMLDetailsElement>(null);

  useEffect(() => {
    const pressedElsewhere = (press: PointerEvent) => {
      if (details.current === null || !(press.target instanceof Node)) return;
      if (!details.current.contains(press.target)) details.current.open = false;
    };
    document.addEventListener("pointerdown", pressedElsewhere);
    return () => document.removeEventListener("pointerdown", pressedElsewhere);
  }, []);

  const counts = new Map(value?.types.map(({ eventType, count: many }) => [eventType, many]));
  for (const type of types) if (!counts.has(type)) counts.set(type, 0);
  // While it is open a type keeps its place, whatever comes meanwhile: somebody is about to press it.
  const places = useRef<readonly string[]>([]);
  const kept = details.current?.open ? places.current : [];
  places.current = [...new Set([...kept, ...counts.keys()])];
  const shown = places.current.filter((type) => type.toLowerCase().includes(search.toLowerCase()));

  function toggle(type: string): void {
    onChange(types.includes(type) ? types.filter((one) => one !== type) : [...types, type]);
  }

  function close(press: KeyboardEvent): void {
    if (press.key !== "Escape" || !details.current?.open) return;
    press.preventDefault();
    details.current.open = false;
    details.current.querySelector("summary")?.focus();
  }

  return (
    <details
      class={types.length === 0 ? "field picker" : "field picker set"}
      ref={details}
      onToggle={(toggled) => setIsOpen(toggled.currentTarget.open)}
      onKeyDown={close}
      onFocusOut={(left) => {
        const to = left.relatedTarget;
        if (to instanceof Node && !left.currentTarget.contains(to)) left.currentTarget.open = false;
      }}
    >
      <summary>
        <span>Event type</span>
        <span class="picked">{picked()}</span>
      </summary>
      <div class="panel">
        <input
          type="search"
          aria-label="Search event types"
          placeholder="Search"
          value={search}
          onInput={(input) => setSearch(input.currentTarget.value)}
        />
        <ul>
          {shown.slice(0, 300).map((type) => (
            <li key={type}>
              <label>
                <input type="checkbox" checked={types.includes(type)} onChange={() => toggle(type)} />
                <PrintableText text={type} />
                {value !== null && <span class="many">{cappedCount(counts.get(type) ?? 0)}</span>}
              </label>
            </li>
          ))}
        </ul>
        {isOpen && value === null && <p class="loading">Loading…</p>}
        {value !== null && shown.length === 0 && <p class="help">No such type among the events here.</p>}
      </div>
    </details>
  );

  function picked(): string {
    const [first, ...others] = types;
    if (first === undefined) return "any";
    return others.length === 0 ? first : `${types.length} types`;
  }
}
