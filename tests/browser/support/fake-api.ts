/**
 * An API in memory, for what the page does on its own: its states, its pace, its looks. What page and API do together is
 * tested with the real one.
 */
import type {
  Activity,
  DeadRun,
  DeliveryDetail,
  DeliverySummary,
  EventDetail,
  EventSummary,
  Rejection,
  Session,
} from "../../../netlify/api/contract.ts";
import type { Api } from "./serve-page.ts";

export interface FakeStore {
  session: Session;
  password: string;
  /** Newest first. */
  deliveries: DeliveryDetail[];
  rejections: Rejection[];
  events: EventDetail[];
  dead: DeadRun[];
  activity: Activity;
  /** The next answers of every path, instead of what is in the store: a server in trouble. */
  trouble: (() => Response) | null;
}

export function emptyStore(): FakeStore {
  const now = new Date().toISOString();
  return {
    session: { local: true, signedIn: true, closed: false, asksPassword: false, writeToken: null },
    password: "correct horse battery staple",
    deliveries: [],
    rejections: [],
    events: [],
    dead: [],
    activity: { from: now, to: now, stepSeconds: 60, buckets: [] },
    trouble: null,
  };
}

/** Answers from the store as it is at each call. */
export function fakeApi(store: FakeStore): Api {
  return async (request) => {
    if (store.trouble !== null) return store.trouble();
    const { pathname, searchParams } = new URL(request.url);
    const [what = "", id, action] = pathname.slice("/api/".length).split("/").map(decodeURIComponent);
    if (what === "session") return session(store, request);
    if (!store.session.local && !store.session.signedIn) return problem(401, "Sign in first.");
    switch (what) {
      case "changes": {
        const after = searchParams.get("after");
        const [toldDeliveries, toldRejections] = (after ?? "0 0").split(" ").map(Number);
        return Response.json({
          token: `${store.deliveries.length} ${store.rejections.length}`,
          deliveries: store.deliveries
            .slice(0, store.deliveries.length - (toldDeliveries ?? 0))
            .map(summaryOf),
          rejections: store.rejections.slice(0, store.rejections.length - (toldRejections ?? 0)),
          more: false,
          dead: store.dead.length,
          retrying: 0,
        });
      }
      case "deliveries": {
        if (id === undefined)
          return Response.json({ deliveries: store.deliveries.map(summaryOf), next: null });
        const delivery = store.deliveries.find((one) => one.id === id);
        return delivery ? Response.json(delivery) : problem(404, "There is no such delivery.");
      }
      case "events": {
        const event = store.events.find(({ uuid }) => uuid === id);
        if (action === "replay") return Response.json({ queued: event?.runs.length ?? 0 }, { status: 202 });
        if (id !== undefined) return event ? Response.json(event) : problem(404, "There is no such event.");
        return Response.json({
          events: store.events.filter(fits(searchParams)).map(eventSummaryOf),
          next: null,
        });
      }
      case "event-types":
        return Response.json({ types: countTypes(store.events) });
      case "activity":
        return Response.json(store.activity);
      case "dead": {
        const queued = store.dead.length;
        if (id === "replay") store.dead = [];
        return Response.json(id === "replay" ? { queued, left: [] } : { dead: store.dead, next: null });
      }
      default:
        return problem(404, "There is nothing at this path.");
    }
  };
}

async function session(store: FakeStore, request: Request): Promise<Response> {
  if (request.method === "GET") return Response.json(store.session);
  if (request.method === "DELETE") store.session = { ...store.session, signedIn: false };
  else {
    const { password }: { password: string } = JSON.parse(await request.text());
    if (password !== store.password) return problem(401, "The password is wrong.");
    store.session = { ...store.session, signedIn: true };
  }
  return new Response(null, { status: 204 });
}

function fits(asked: URLSearchParams) {
  const types = asked.getAll("type");
  const actor = asked.get("actor");
  return (event: EventDetail) =>
    (types.length === 0 || types.includes(event.eventType)) &&
    (actor === null || event.actor?.login?.startsWith(actor) === true || event.actor?.id === actor) &&
    (!asked.has("outcome") || event.outcome === asked.get("outcome"));
}

function countTypes(events: readonly EventDetail[]) {
  const counts = new Map<string, number>();
  for (const { eventType } of events) counts.set(eventType, (counts.get(eventType) ?? 0) + 1);
  return [...counts].map(([eventType, count]) => ({ eventType, count })).sort((a, b) => b.count - a.count);
}

function problem(status: number, detail: string): Response {
  const body = JSON.stringify({ type: "about:blank", title: "Refused", status, detail });
  return new Response(body, { status, headers: { "content-type": "application/problem+json" } });
}

function summaryOf(delivery: DeliveryDetail): DeliverySummary {
  const { headers, envelope, departures, events, moreEvents, unreadable, duplicateUuids, ...summary } =
    delivery;
  return summary;
}

function eventSummaryOf({ json, departures, runs, ...summary }: EventDetail): EventSummary {
  return summary;
}
