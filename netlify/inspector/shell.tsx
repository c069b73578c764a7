/** The frame around the views: where to go, how the connection is, who is signed in. */
import { useEffect } from "preact/hooks";
import { ConnectionState } from "./connection-state.tsx";
import { signOut } from "./data/api.ts";
import { LiveProvider, useLiveSource } from "./data/use-live.ts";
import { FailingBanner } from "./failing-banner.tsx";
import { formatRoute, noFilter, type Route } from "./routing/route.ts";
import { useRoute } from "./routing/use-route.ts";
import { cappedCount } from "./time.ts";
import { useKeys } from "./use-keys.ts";
import { DeliveriesView } from "./views/delivery-list/deliveries-view.tsx";
import { EventsView } from "./views/event-list/events-view.tsx";
import { FailingView } from "./views/failing/failing-view.tsx";
import { FindBox } from "./views/find/find-box.tsx";
import { KeyHelp } from "./views/find/key-help.tsx";
import { HealthView } from "./views/health/health-view.tsx";
import { UnknownView } from "./views/unknown-view.tsx";

const titles: Record<Route["view"], string> = {
  deliveries: "Deliveries",
  events: "Events",
  failing: "Failing",
  health: "Health",
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
  useKeys();
  const title = titles[route.view];
  useEffect(() => {
    document.title = `${title} · Event hooks`;
  }, [title]);

  const dead = live.feed?.dead ?? 0;
  const retrying = live.feed?.retrying ?? 0;
  return (
    <LiveProvider value={live}>
      <header class="top">
        <a class="brand" href="#/deliveries">
          <img src="/icon.svg" alt="" width="24" height="24" />
          <span>Event hooks</span>
        </a>
        <nav aria-label="Views">
          <NavLink route={{ view: "deliveries", filter: noFilter }} current={route.view}>
            Deliveries
          </NavLink>
          <NavLink route={{ view: "events", filter: noFilter, uuid: null }} current={route.view}>
            Events
          </NavLink>
          <NavLink route={{ view: "failing" }} current={route.view}>
            Failing
            {dead > 0 && <Badge look="" text={cappedCount(dead, 1_000)} what="dead" />}
            {retrying > 0 && <Badge look=" warn" text={cappedCount(retrying, 1_000)} what="retrying" />}
          </NavLink>
          <NavLink route={{ view: "health" }} current={route.view}>
            Health
          </NavLink>
        </nav>
        <FindBox />
        <ConnectionState />
        <KeyHelp />
        {maySignOut && (
          <button type="button" class="quiet" onClick={() => void signOut().then(onSignedOut)}>
            Sign out
          </button>
        )}
      </header>
      <FailingBanner />
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
    case "failing":
      return <FailingView />;
    case "health":
      return <HealthView local={local} />;
    case "unknown":
      return <UnknownView />;
  }
}

function Badge({ look, text, what }: { look: string; text: string; what: string }) {
  return (
    <span class={`badge${look}`} title={`${text} ${what}`}>
      {text}
      <span class="sr-only"> {what}</span>
    </span>
  );
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
