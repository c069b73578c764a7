/** Narrows a list: events, or the deliveries that brought them. Every choice goes into the address, so that a view can be passed on. */
import { useEffect, useRef, useState } from "preact/hooks";
import { OUTCOMES, SEVERITIES } from "../../../hook/documented-values.ts";
import { useLive } from "../../data/use-live.ts";
import { type EventFilter, formatRoute, isFiltered, noFilter, type Route } from "../../routing/route.ts";
import { timeRanges } from "../../routing/time-range.ts";
import { goTo } from "../../routing/use-route.ts";
import { TypePicker } from "./type-picker.tsx";

export interface EventFiltersProps {
  readonly filter: EventFilter;
  /** The list's own address with another filter. */
  readonly route: (filter: EventFilter) => Route;
}

export function EventFilters({ filter, route }: EventFiltersProps) {
  const set = (change: Partial<EventFilter>, replace = false) =>
    goTo(route({ ...filter, ...change }), { replace });
  const { feed } = useLive();
  const chosenSpan = filter.from !== "" || filter.to !== "";
  // Clearing also clears what is typed and not yet looked for.
  const [clearings, setClearings] = useState(0);
  return (
    <search>
      <form class="filters" onSubmit={(submission) => submission.preventDefault()}>
        <TypePicker filter={filter} onChange={(types) => set({ types })} />
        <SearchField
          key={`actor ${clearings}`}
          label="Actor"
          value={filter.actor}
          onChange={(actor) => set({ actor }, true)}
        />
        <SearchField
          key={`target ${clearings}`}
          label="Target"
          value={filter.target}
          onChange={(target) => set({ target }, true)}
        />
        <Choice
          label="Handler"
          value={filter.handler}
          choices={(feed?.handlers ?? []).map((value) => ({ value, label: value }))}
          onChange={(handler) => set({ handler })}
        />
        <Choice
          label="Its state"
          value={filter.state}
          choices={states}
          onChange={(state) => set({ state })}
        />
        <Choice
          label="Okta's outcome"
          value={filter.outcome}
          choices={OUTCOMES.map((value) => ({ value, label: value }))}
          onChange={(outcome) => set({ outcome })}
        />
        <Choice
          label="Severity"
          value={filter.severity}
          choices={SEVERITIES.map((value) => ({ value, label: value }))}
          onChange={(severity) => set({ severity })}
        />
        <Choice
          label="Time"
          value={chosenSpan ? "chosen" : filter.last}
          choices={[
            ...timeRanges.map(({ id, label }) => ({ value: id, label })),
            ...(chosenSpan ? [{ value: "chosen", label: "As chosen in the chart" }] : []),
          ]}
          onChange={(last) => {
            if (last !== "chosen") set({ last, from: "", to: "" });
          }}
        />
        {isFiltered(filter) && (
          <a
            class="clear"
            href={formatRoute(route(noFilter))}
            onClick={() => setClearings((before) => before + 1)}
          >
            Clear filters
          </a>
        )}
      </form>
    </search>
  );
}

const states = [
  { value: "dead", label: "dead letter" },
  { value: "retrying", label: "retrying" },
  { value: "waiting", label: "waiting" },
  { value: "running", label: "running" },
  { value: "done", label: "done" },
  { value: "discarded", label: "discarded" },
  { value: "none", label: "no run" },
] as const;

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly { value: string; label: string }[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, choices, onChange }: ChoiceProps) {
  // A value of Okta's that is not on the list still has to be seen where it filters.
  const listed = value === "" || choices.some((choice) => choice.value === value);
  return (
    <label class={value === "" ? "field" : "field set"}>
      <span>{label}</span>
      <select value={value} onChange={(change) => onChange(change.currentTarget.value)}>
        <option value="">any</option>
        {!listed && <option value={value}>{value}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Long enough to type on, short enough to feel at once. */
const TYPING_MS = 350;

function SearchField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const known = useRef(value);
  // The page is drawn anew while somebody types: the latest way to apply it counts, and the pause begins with the last key.
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => {
    // What was typed here comes back as the value; meanwhile somebody may have typed on.
    if (value !== known.current) setTyped(value);
    known.current = value;
  }, [value]);
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => {
      known.current = typed.trim();
      change.current(known.current);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <label class={value === "" ? "field" : "field set"}>
      <span>{label}</span>
      <input
        type="search"
        value={typed}
        maxLength={256}
        placeholder="login or id"
        title="The whole login or id, or how it begins"
        spellcheck={false}
        autocapitalize="off"
        onInput={(input) => setTyped(input.currentTarget.value)}
      />
    </label>
  );
}
