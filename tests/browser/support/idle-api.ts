/** An API where nothing happens, for the tests of how often the page asks. What page and API do together has the real one. */
import type { Changes, FeedPage } from "../../../netlify/api/schema/deliveries.ts";
import type { Session } from "../../../netlify/api/schema/session.ts";
import type { Api } from "./serve-page.ts";

/** Answers at once, always the same. */
export function idleApi(where: "locally" | "deployed"): Api {
  const local = where === "locally";
  const session: Session = {
    local,
    signedIn: true,
    closed: false,
    requiresPassword: !local,
    writeToken: null,
  };
  const page: FeedPage = { items: [], next: null, token: "d0r0t1" };
  const changes: Changes = {
    token: "d0r0t1",
    deliveries: [],
    rejections: [],
    more: false,
    dead: 0,
    retrying: 0,
    failing: [],
    handlers: [],
    loadProblem: null,
  };
  const answers = new Map<string, unknown>([
    ["session", session],
    ["deliveries", page],
    ["changes", changes],
  ]);
  return (request) => Response.json(answers.get(new URL(request.url).pathname.slice("/api/".length)));
}
