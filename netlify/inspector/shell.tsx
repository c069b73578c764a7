/** The frame around the views: where to go, how the connection is, who is signed in. */
import { useEffect } from "preact/hooks";
import { signOut } from "./api.ts";
import { ConnectionState } from "./connection-state.tsx";
import { formatRoute, noFilter, type Route } from "./route.ts";
import { count } from "./time.ts";
import { LiveProvider, useLiveSource } from "./use-live.ts";
import { useRoute } from "./use-route.ts";
import { DeadLettersView } from "./views/dead-letters-view.tsx";
import { DeliveriesView } from "./views/deliveries-view.tsx";
import { EventsView } from "./views/events-view.tsx";
import { UnknownView } from "./views/unknown-view.tsx";

const titles: Record<Route["view"], string> = {
  deliveries: "Deliveries",
  events: "Events",
  dead: "Dead letters",
  unknown: "Not found",
};

export function Shell({
  local,
  maySignOut,
  onSignedOut,
}: {
  local: boolean;
  maySignOut: boolean;
  onSignedOut: () => Promise<void>;
}) {
  const live = useLiveSource(local);
  const route = useRoute();
  const title = titles[route.view];
  useEffect(() => {
    document.title = `${title} · Event hooks`;
  }, [title]);

  const dead = live.feed?.dead ?? 0;
  return (
    <LiveProvider value={live}>
      <header class="top">
        <a class="brand" href="#/deliveries">
          <img src="/icon.svg" alt="" width="24" height="24" />
          <span>Event hooks</span>
        </a>
        <nav aria-label="Views">
          <NavLink route={{ view: "deliveries" }} current={route.view}>
            Deliveries
          </NavLink>
          <NavLink route={{ view: "events", filter: noFilter, uuid: null }} current={route.view}>
            Events
          </NavLink>
          <NavLink route={{ view: "dead" }} current={route.view}>
            Dead letters
            {dead > 0 && <span class="badge">{count(dead)}</span>}
          </NavLink>
        </nav>
        <ConnectionState />
        {maySignOut && (
          <button type="button" class="quiet" onClick={() => void signOut().then(onSignedOut)}>
            Sign out
          </button>
        )}
      </header>
      <main>
        <View route={route} local={local} />
      </main>
    </LiveProvider>
  );
}

function View({ route, local }: { route: Route; local: boolean }) {
  switch (route.view) {
    case "deliveries":
      return <DeliveriesView route={route} local={local} />;
    case "events":
      return <EventsView route={route} />;
    case "dead":
      return <DeadLettersView />;
    case "unknown":
      return <UnknownView />;
  }
}

function NavLink({
  route,
  current,
  children,
}: {
  route: Route;
  current: Route["view"];
  children: preact.ComponentChildren;
}) {
  return (
    <a href={formatRoute(route)} aria-current={route.view === current ? "page" : undefined}>
      {children}
    </a>
  );
}
