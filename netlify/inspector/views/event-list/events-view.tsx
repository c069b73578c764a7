/** Events: over time, by type, filtered, listed; and one of them, opened. */

import { More, ShowNew } from "../../components/buttons.tsx";
import { Problem } from "../../components/problem.tsx";
import { Days } from "../../components/row.tsx";
import { Split } from "../../components/split.tsx";
import { fetchEvents } from "../../data/api.ts";
import { useInfiniteQuery } from "../../data/use-infinite-query.ts";
import { useLive } from "../../data/use-live.ts";
import { type EventFilter, formatRoute, isFiltered, noFilter, type Route } from "../../routing/route.ts";
import { eventQueryOf } from "../../routing/time-range.ts";
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
      title="Events"
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
  const { rows, problem, more, busy, loadMore, again, waiting, showNew } = useInfiniteQuery({
    // Asked once the feed has its token: what comes later is a change, so none is missed.
    key: feed === null ? null : key,
    ask: (cursor) => fetchEvents(eventQueryOf(filter, new Date()), cursor),
    rows: ({ events }) => events,
    waitsForReader: true,
  });
  return (
    <section aria-label="All events">
      <EventFilters filter={filter} route={eventsBy} />
      <ActivityPanel filter={filter} />
      {waiting && <ShowNew what="events" onPress={showNew} />}
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
      {more && <More busy={busy} onPress={loadMore} label="Show older events" />}
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
