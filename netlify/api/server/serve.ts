/** What the functions of the API share: the context of a call, made of Netlify's context and the environment. */
import { openBlobCache } from "../../blob-cache/blob-cache.ts";
import { type DirtyMarker, setDirtyMarker } from "../../blob-cache/dirty-markers.ts";
import { openInstanceDatabase } from "../../events/database/open-instance-database.ts";
import { mayRunWork } from "../../events/work/may-run-work.ts";
import type { Work } from "../../events/work/work.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import type { Invocation } from "../../invocation/invocation.ts";
import { chooseWorkStyle, type WorkStyle } from "../../report/log-style.ts";
import { print, reportCacheProblem } from "../../report/print.ts";
import { reportApiCall } from "../../report/report-api-call.ts";
import { readAlertSettings } from "../../settings/alert-settings.ts";
import { readCatchUpSettings } from "../../settings/catch-up-settings.ts";
import { type Environment, isUnderNetlifyDev } from "../../settings/environment.ts";
import { readHookSettings } from "../../settings/hook-settings.ts";
import { readInspectorSettings } from "../../settings/site-settings.ts";
import { answerApi } from "./answer-api.ts";
import type { ApiContext } from "./api-context.ts";
import { isLocalCall, readBearer } from "./check-access.ts";
import { describeUnloadable, UnloadableHandlers } from "./load-handlers.ts";
import { problem, respond } from "./reply.ts";
import type { Endpoint } from "./send-sample.ts";
import { isWriteToken, makeWriteToken } from "./write-token.ts";

/**
 * Answers a call to `/api/…`. Never throws: what breaks in here, or in a handler's file, is logged and answered 500.
 * @param endpoint takes the page's sample; the function that only signs in has none
 */
export async function serveApi(
  request: Request,
  context: Invocation,
  environment: Environment,
  endpoint: Endpoint | null,
): Promise<Response> {
  const at = new Date();
  const style = chooseWorkStyle(environment);
  const work = openCallWork(context, environment, at, style);
  const response = await answer();
  work.finish(response.status);
  const line = reportApiCall(
    {
      at,
      method: request.method,
      path: new URL(request.url).pathname,
      bearer: readBearer(request.headers) !== undefined,
      from: context.ip,
      status: response.status,
    },
    style,
  );
  if (line !== null) print(line);
  return response;

  async function answer(): Promise<Response> {
    try {
      return await answerApi(request, apiContext(request, context, environment, endpoint, work));
    } catch (error) {
      const isUnloadable = error instanceof UnloadableHandlers;
      // `npm start` has framed it already.
      if (!isUnloadable || style.reader === "machine") {
        const { reportFailure } = await import("../../report/report-call.ts");
        const cause = isUnloadable ? error.cause : error;
        print(reportFailure(cause, style, { status: isUnloadable ? 503 : 500, who: "inspector" }));
      }
      if (!isUnloadable) return respond(broken);
      const underNetlifyDev = isUnderNetlifyDev(environment);
      const local = isLocalCall(request.headers, { url: request.url, underNetlifyDev, ip: context.ip });
      return respond(problem(503, describeUnloadable(error, local)));
    }
  }
}

const broken = problem(
  500,
  "Something is broken here. The terminal of npm start, or the function's log, says where.",
);

async function importHandlers(): Promise<readonly Handler[]> {
  try {
    return (await import("../../handlers/index.ts")).handlers;
  } catch (cause) {
    throw new UnloadableHandlers("netlify/handlers/index.ts does not load", { cause });
  }
}

/** The work of a call: a route opens it, and what is due is run after the answer. */
interface CallWork {
  open(): Promise<Work>;
  runLater(work: Work): void;
  finish(status: number): void;
}

function openCallWork(context: Invocation, environment: Environment, at: Date, style: WorkStyle): CallWork {
  let marker: DirtyMarker | undefined;
  let later: Work | undefined;
  const call = { deploy: context.deploy, environment, arrivedAt: at.getTime() };
  const database = openInstanceDatabase(call);
  return {
    async open() {
      // From here on the call may leave work.
      marker ??= setDirtyMarker(context, database.id, (problem) => print(reportCacheProblem(problem, style)));
      const [{ openWork }, handlers, { openReporter }] = await Promise.all([
        import("../../events/work/open-work.ts"),
        importHandlers(),
        import("../../report/report-work.ts"),
      ]);
      return openWork(database, handlers, { environment, report: openReporter(style) });
    },
    runLater(work) {
      later = work;
    },
    finish(status) {
      if (later !== undefined) context.waitUntil(run(later));
      // A call that broke may have queued all the same.
      else if (marker !== undefined) context.waitUntil(marker.end(status < 500));
    },
  };

  async function run(work: Work): Promise<void> {
    const { workAfterChange } = await import("../../invocation/work-after-response.ts");
    await workAfterChange(work, { ...call, database, marker });
  }
}

/** Where `netlify dev` keeps its own things; not part of the repository. */
const LOCAL_STATE = ".netlify";

function apiContext(
  request: Request,
  context: Invocation,
  environment: Environment,
  endpoint: Endpoint | null,
  work: CallWork,
): ApiContext {
  const now = new Date();
  const underNetlifyDev = isUnderNetlifyDev(environment);
  const database = openInstanceDatabase({ deploy: context.deploy, environment });
  return {
    local: isLocalCall(request.headers, { url: request.url, underNetlifyDev, ip: context.ip }),
    now,
    writeToken: {
      make: () => makeWriteToken(LOCAL_STATE),
      isRight: (sent) => isWriteToken(sent, LOCAL_STATE),
    },
    readSettings: () => readInspectorSettings(environment),
    readHookSettings: () => readHookSettings(environment),
    readCatchUpSettings: () => readCatchUpSettings(environment, context.deploy.context !== "dev"),
    readAlertSettings: () => readAlertSettings(environment),
    // What the cache does not say is in the database.
    openCache: () => openBlobCache({ databaseId: database.id, report: () => {} }),
    database,
    environment,
    handlers: importHandlers,
    openWork: mayRunWork(context.deploy) ? work.open : null,
    runLater: work.runLater,
    sendSample:
      endpoint &&
      (async () => {
        const { sendSample } = await import("./send-sample.ts");
        return await sendSample(endpoint, () => readHookSettings(environment), now);
      }),
  };
}
