/** Events: over time, by type, filtered, listed; and one of them, opened. */
import { useState } from "preact/hooks";
import type { EventSummary } from "../../../api/contract/events.ts";
import { type EventFilter, formatRoute, isFiltered, noFilter, type Route } from "../../address/route.ts";
import { eventQueryOf } from "../../address/time-range.ts";
import { fetchEvents } from "../../asking/api.ts";
import { useLive } from "../../asking/use-live.ts";
import { usePages } from "../../asking/use-pages.ts";
import { useWhenChanged } from "../../asking/use-when-changed.ts";
import { Days } from "../../parts/days.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Split } from "../../parts/split.tsx";
import { ActivityPanel } from "../activity/activity-panel.tsx";
import { EventBody } from "../event/event-body.tsx";
import { EventFilters } from "./event-filters.tsx";
import { EventLine } from "./event-line.tsx";

const eventsBy = (filter: EventFilter): Route => ({ view: "events", filter, uuid: null });

type EventsRoute = Extract<Route, { view: "events" }>;

export function EventsView({ route }: { route: EventsRoute }) {
  const { filter, uuid } = route;
  return (
    <Split
      list={<EventList filter={filter} open={uuid} />}
      open={uuid === null ? null : { key: uuid, content: <EventBody uuid={uuid} within="page" /> }}
      closeHref={formatRoute({ view: "events", filter, uuid: null })}
      closeLabel="All events"
    />
  );
}

function EventList({ filter, open }: { filter: EventFilter; open: string | null }) {
  const { feed } = useLive();
  const key = formatRoute({ view: "events", filter, uuid: null });
  const { rows, problem, more, pages, busy, loadMore, again } = usePages<EventSummary>(
    // Asked once the page knows up to where it was told: what comes later is told as a change, so none is missed.
    feed === null ? null : key,
    async (_, cursor) => {
      const answer = await fetchEvents(eventQueryOf(filter, new Date()), cursor);
      return answer.outcome === "ok"
        ? { outcome: "ok", value: { rows: answer.value.events, next: answer.value.next } }
        : answer;
    },
  );
  // Whoever has paged on is reading: then new events wait for a press.
  const [waiting, setWaiting] = useState(0);
  useWhenChanged(feed?.revision, async () => {
    if (pages > 1) setWaiting((before) => before + 1);
    else await again();
  });

  return (
    <section aria-labelledby="events-title">
      <h1 id="events-title" class="unseen">
        Events
      </h1>
      <EventFilters filter={filter} route={eventsBy} />
      <ActivityPanel filter={filter} />
      {waiting > 0 && (
        <p class="more">
          <button
            type="button"
            class="primary"
            onClick={() => {
              setWaiting(0);
              void again();
            }}
          >
            Show new events
          </button>
        </p>
      )}
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      {rows === null && problem === null && <p class="loading">Loading…</p>}
      {rows?.length === 0 && !more && <NoEvents filtered={isFiltered(filter)} />}
      <Days
        heads={["Handlers"]}
        items={rows ?? []}
        at={(event) => event.published}
        row={(event) => (
          <EventLine key={event.uuid} event={event} filter={filter} open={event.uuid === open} />
        )}
      />
      {more && (
        <p class="more">
          <button type="button" disabled={busy} onClick={() => void loadMore()}>
            {busy ? "Loading…" : "Show older events"}
          </button>
        </p>
      )}
    </section>
  );
}

function NoEvents({ filtered }: { filtered: boolean }) {
  return (
    <div class="empty">
      <p>{filtered ? "No event fits these filters." : "No event has come yet."}</p>
      {filtered && (
        <p>
          <a href={formatRoute({ view: "events", filter: noFilter, uuid: null })}>Show all events</a>
        </p>
      )}
    </div>
  );
}
