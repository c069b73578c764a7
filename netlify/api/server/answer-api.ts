/**
 * One call of the API from beginning to end: other sites' pages are turned away first, then whoever has no right to the data,
 * and only then is a route looked for, the store opened, and a body read.
 */
import { DatabaseError } from "../../events/database/database-error.ts";
import { answerSession } from "./answer-session.ts";
import type { ApiContext } from "./api-context.ts";
import { type Access, checkAccess, checkOrigin, refuseAccess } from "./check-access.ts";
import { type ProblemReply, problem, type Reply, respond } from "./reply.ts";
import { activityRoute, eventTypesRoute } from "./routes/activity.ts";
import { catchUpRoute } from "./routes/catch-up.ts";
import { changesRoute } from "./routes/changes.ts";
import { deliveriesRoute, deliveryBodyRoute, deliveryRoute } from "./routes/deliveries.ts";
import { eventRoute, eventsRoute, replayEventsRoute, replayRoute } from "./routes/events.ts";
import { discardFailingRoute, failingRoute, failingRunsRoute, replayFailingRoute } from "./routes/failing.ts";
import { eventUuidsRoute, findRoute } from "./routes/find.ts";
import { forgetRoute } from "./routes/forget.ts";
import { handlersRoute, pauseRoute, resumeRoute } from "./routes/handlers.ts";
import { healthRoute } from "./routes/health.ts";
import type { Route } from "./routes/route.ts";
import { sampleRoute } from "./routes/sample.ts";
import { testAlertRoute } from "./routes/test-alert.ts";
import { WRITE_TOKEN_HEADER } from "./write-token.ts";

const routes: readonly Route[] = [
  changesRoute,
  deliveriesRoute,
  deliveryRoute,
  deliveryBodyRoute,
  eventsRoute,
  eventRoute,
  eventUuidsRoute,
  handlersRoute,
  pauseRoute,
  resumeRoute,
  replayRoute,
  replayEventsRoute,
  failingRoute,
  failingRunsRoute,
  replayFailingRoute,
  discardFailingRoute,
  findRoute,
  forgetRoute,
  eventTypesRoute,
  activityRoute,
  sampleRoute,
  healthRoute,
  testAlertRoute,
  catchUpRoute,
];

/** Answers a call to `/api/…`. Never throws for what the caller or the store does. */
export async function answerApi(request: Request, context: ApiContext): Promise<Response> {
  return respond(await decide(request, context));
}

async function decide(request: Request, context: ApiContext): Promise<Reply> {
  const byCookie = request.headers.has("cookie");
  const refused = checkOrigin(request, { byCookie }) ?? checkContentType(request);
  if (refused !== null) return refused;
  const access = checkAccess(request.headers, context);
  const url = new URL(request.url);
  if (url.pathname === "/api/session") return await answerSession(request, access, context);
  const shut = refuseAccess(access) ?? (await refuseWrite(request, access, context));
  if (shut !== null) return shut;

  const found = routeFor(request.method, url.pathname);
  if (found.kind === "problem") return found;
  try {
    return await found.route.answer(request, found.id, context);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const slow = error.code === "TIMEOUT" ? " Ask for a shorter span of time, or" : "";
    return problem(
      503,
      `The store did not answer as it should (${error.code}).${slow || " Please"} try again.`,
      {
        headers: { "retry-after": "5" },
      },
    );
  }
}

/**
 * On this machine a write also carries the token of `GET /api/session`: who cannot read our answers cannot write. A right
 * password says as much.
 */
async function refuseWrite(
  request: Request,
  access: Access,
  context: ApiContext,
): Promise<ProblemReply | null> {
  const byPassword = access.kind === "signed-in" && access.by === "bearer";
  if (!context.local || byPassword || request.method === "GET" || request.method === "HEAD") return null;
  if (await context.writeToken.isRight(request.headers.get(WRITE_TOKEN_HEADER))) return null;
  return problem(
    403,
    `This call lacks the token that GET /api/session gives, as ${WRITE_TOKEN_HEADER}. On the page: load it again.`,
  );
}

/** Another site's form cannot send JSON: the browser would ask for permission first (CORS), and no answer here gives it. */
function checkContentType(request: Request): ProblemReply | null {
  if (request.method === "GET" || request.method === "HEAD") return null;
  const isJson = /^application\/json\s*(?:;|$)/i.test(request.headers.get("content-type") ?? "");
  return isJson ? null : problem(415, "The content-type must be application/json.");
}

function routeFor(
  method: string,
  pathname: string,
): { kind: "route"; route: Route; id: string } | ProblemReply {
  const asked = withoutIndexFile(pathname).split("/").slice(2);
  const here = routes.flatMap((route) => {
    const id = matchPath(route.path.split("/"), asked);
    return id === null ? [] : [{ kind: "route" as const, route, id }];
  });
  const found = here.find(({ route }) => route.method === method);
  if (found) return found;
  if (here.length === 0) return problem(404, "The inspector has nothing at this address.");
  const allow = here.map(({ route }) => route.method).join(", ");
  return problem(405, `This address takes ${allow}.`, { headers: { allow } });
}

/**
 * After a 404 or 403 `netlify dev` asks again for `…/index.htm`, among others, and hands on the last answer: it has to be the
 * same one.
 */
function withoutIndexFile(pathname: string): string {
  return pathname.replace(/\/index\.html?$/, "");
}

/** What stands where the pattern has `:id`, decoded; "" where it has none; null where the path is another one. */
function matchPath(pattern: readonly string[], asked: readonly string[]): string | null {
  if (pattern.length !== asked.length) return null;
  let id = "";
  for (const [index, part] of pattern.entries()) {
    const given = asked[index] ?? "";
    if (part === ":id") id = decode(given);
    else if (part !== given) return null;
  }
  return id;
}

/** A broken escape stays as it is: it names nothing, and the route says so. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
