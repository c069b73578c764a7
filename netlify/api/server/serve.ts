/** What the functions of the API share: the context of a call, made of Netlify's context and the environment. */
import type { Context } from "@netlify/functions";
import { openBlobCache } from "../../blob-cache/blob-cache.ts";
import { type DirtyMarker, setDirtyMarker } from "../../blob-cache/dirty-markers.ts";
import { DatabaseError } from "../../events/database/database-error.ts";
import { type InstanceDatabase, openInstanceDatabase } from "../../events/database/open-instance-database.ts";
import { mayRunWork } from "../../events/work/may-run-work.ts";
import type { Work } from "../../events/work/work.ts";
import { print } from "../../report/print.ts";
import { reportApiCall } from "../../report/report-api-call.ts";
import { reportCacheProblem } from "../../report/report-cache-problem.ts";
import { readAlertSettings } from "../../settings/alert-settings.ts";
import { readCatchUpSettings } from "../../settings/catch-up-settings.ts";
import type { Environment } from "../../settings/environment.ts";
import { readHookSettings } from "../../settings/hook-settings.ts";
import { readInspectorSettings } from "../../settings/site-settings.ts";
import { answerApi } from "./answer-api.ts";
import type { ApiContext } from "./api-context.ts";
import { readBearer } from "./check-access.ts";
import { isLocalCall } from "./is-local-call.ts";
import { problem, respond } from "./reply.ts";
import type { Endpoint } from "./send-sample.ts";
import { isWriteToken, makeWriteToken } from "./write-token.ts";

/** What of Netlify's context is used. */
export type CallContext = Pick<Context, "ip" | "deploy" | "waitUntil">;

/**
 * Answers a call to `/api/…`. Never throws: what breaks in here, or in a handler's file, is logged and answered 500.
 * @param endpoint takes the page's sample; the function that only signs in has none
 */
export async function serveApi(
  request: Request,
  context: CallContext,
  environment: Environment,
  endpoint: Endpoint | null,
): Promise<Response> {
  const at = new Date();
  const reader = environment("NETLIFY_DEV") === "true" ? "person" : "machine";
  const database = openInstanceDatabase({ deploy: context.deploy, environment });
  const later = openLaterWork(context, database, reader);
  const response = await answer();
  later.answered(response.status);
  const line = reportApiCall(
    {
      at,
      method: request.method,
      path: new URL(request.url).pathname,
      bearer: readBearer(request.headers) !== undefined,
      from: context.ip,
      status: response.status,
    },
    { reader },
  );
  if (line !== null) print(line);
  return response;

  async function answer(): Promise<Response> {
    try {
      return await answerApi(request, apiContext(request, context, environment, endpoint, later, database));
    } catch (error) {
      const { reportFailure } = await import("../../report/report-call.ts");
      print(reportFailure(error, { reader }, { status: 500, who: "inspector" }));
      return respond(broken);
    }
  }
}

const broken = problem(
  500,
  "Something is broken here. The terminal of npm start, or the function's log, says where.",
);

/** What a call leaves for after its answer, under its dirty marker. */
interface LaterWork {
  /** From here on the call may leave work. */
  begin(): void;
  /** @param run gives whether nothing is left */
  run(run: () => Promise<boolean>): void;
  answered(status: number): void;
}

function openLaterWork(
  context: CallContext,
  { id }: InstanceDatabase,
  reader: "machine" | "person",
): LaterWork {
  let marker: DirtyMarker | undefined;
  let runs = false;
  return {
    begin() {
      marker ??= setDirtyMarker(context, id, (problem) => print(reportCacheProblem(problem, { reader })));
    },
    run(run) {
      runs = true;
      context.waitUntil(run().then((isClean) => marker?.end(isClean)));
    },
    answered(status) {
      // A call that broke may have queued all the same.
      if (!runs && marker) context.waitUntil(marker.end(status < 500));
    },
  };
}

/** Where `netlify dev` keeps its own things; not part of the repository. */
const LOCAL_STATE = ".netlify";

function apiContext(
  request: Request,
  context: CallContext,
  environment: Environment,
  endpoint: Endpoint | null,
  later: LaterWork,
  database: InstanceDatabase,
): ApiContext {
  const now = new Date();
  const underNetlifyDev = environment("NETLIFY_DEV") === "true";
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
    async handlers() {
      const { handlers } = await import("../../handlers/index.ts");
      return handlers;
    },
    openWork: mayRunWork(context.deploy) ? () => openWorkHere(database, environment, later) : null,
    runLater: (work) => later.run(() => runAndAlert(work, database, environment, now.getTime())),
    sendSample:
      endpoint &&
      (async () => {
        const { sendSample } = await import("./send-sample.ts");
        return await sendSample(endpoint, () => readHookSettings(environment), now);
      }),
  };
}

/** After the answer: what is due is run, and alerts say what became of the dead letters. @returns whether nothing is left */
async function runAndAlert(
  work: Work,
  database: InstanceDatabase,
  environment: Environment,
  askedAt: number,
): Promise<boolean> {
  const [{ runAfterReplay }, { alertOnDeadLetters }] = await Promise.all([
    import("../../events/work/work-after-answer.ts"),
    import("../../alerts/alert-on-dead-letters.ts"),
  ]);
  const isDone = await runAfterReplay(work, askedAt);
  try {
    return (await alertOnDeadLetters(database, environment, askedAt)) && isDone;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    work.report({ kind: "work-interrupted", error: error.message });
    return false;
  }
}

/** The queue and the handlers, loaded when something is replayed. */
async function openWorkHere(
  database: InstanceDatabase,
  environment: Environment,
  later: LaterWork,
): Promise<Work> {
  later.begin();
  const [{ openWork }, { handlers }, { reportWork }] = await Promise.all([
    import("../../events/work/open-work.ts"),
    import("../../handlers/index.ts"),
    import("../../report/report-work.ts"),
  ]);
  const reader = environment("NETLIFY_DEV") === "true" ? "person" : "machine";
  return openWork(database, handlers, {
    environment,
    report: (happened) => print(reportWork(happened, { reader })),
  });
}
