/** An API of which the answers are made up, for the tests of how often the page asks. What page and API do together has the real one. */
import type { Changes, FeedPage } from "../../../netlify/api/schema/deliveries.ts";
import type { Activity, EventPage, EventTypes } from "../../../netlify/api/schema/events.ts";
import type { Failing } from "../../../netlify/api/schema/failing.ts";
import type { HandlerStatuses } from "../../../netlify/api/schema/handlers.ts";
import type { Health } from "../../../netlify/api/schema/health.ts";
import type { Session } from "../../../netlify/api/schema/session.ts";
import type { Api } from "./serve-page.ts";

const at = new Date(0).toISOString();

/** Answers at once: that nothing happens; or, where it is busy, each time that something did. */
export function idleApi(where: "locally" | "deployed", { busy = false } = {}): Api {
  const local = where === "locally";
  let dead = 0;
  const answers = {
    session: (): Session => ({
      local,
      signedIn: true,
      closed: false,
      requiresPassword: !local,
      writeToken: null,
    }),
    deliveries: (): FeedPage => ({ items: [], next: null, token: "d0r0t1" }),
    changes: (): Changes => ({
      token: "d0r0t1",
      deliveries: [],
      rejections: [],
      more: false,
      dead: busy ? ++dead : 0,
      retrying: 0,
      failing: [],
      handlers: [],
      loadProblem: null,
    }),
    health: (): Health => ({
      now: at,
      org: null,
      hook: null,
      ledger: null,
      catchUp: { on: false, reason: "It is off.", fix: null, checkedAt: null, behindMs: null },
      alerts: [],
      alertMessages: [],
      alertsTo: null,
      database: { answeredInMs: 1, sentence: "It answered." },
      setup: { secret: "set", handlers: [], lastDeliveryAt: at },
    }),
    handlers: (): HandlerStatuses => ({ handlers: [] }),
    failing: (): Failing => ({ groups: [] }),
    events: (): EventPage => ({ events: [], next: null }),
    "event-types": (): EventTypes => ({ types: [] }),
    activity: (): Activity => ({
      from: at,
      to: new Date(3_600_000).toISOString(),
      stepSeconds: 3_600,
      countedFrom: null,
      buckets: [{ at, total: 3, done: 3, waiting: 0, dead: 0, unhandled: 0 }],
    }),
  } as const;
  return (request) => {
    const path = new URL(request.url).pathname.slice("/api/".length);
    const answer = Object.hasOwn(answers, path) ? answers[path as keyof typeof answers] : undefined;
    return answer === undefined ? new Response(null, { status: 404 }) : Response.json(answer());
  };
}
