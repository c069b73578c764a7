/** What the functions of the API share: the context of a call, made of Netlify's context and the environment. */
import type { Context } from "@netlify/functions";
import { type Environment, readHookSettings, readInspectorSettings } from "../../config.ts";
import { instanceDatabase } from "../../events/database/instance-database.ts";
import { mayRunWork } from "../../events/work/may-run-work.ts";
import type { Work } from "../../events/work/work.ts";
import { isLocal } from "../../hook/is-local.ts";
import { print } from "../../report/print.ts";
import { answerApi } from "./answer-api.ts";
import type { ApiContext } from "./api-context.ts";
import { problem, respond } from "./reply.ts";

/** What of Netlify's context is used. */
export type CallContext = Pick<Context, "ip" | "deploy" | "waitUntil">;

/** Answers a call to `/api/…`. Never throws: what breaks in here, or in a handler's file, is logged and answered 500. */
export async function serveApi(
  request: Request,
  context: CallContext,
  environment: Environment,
): Promise<Response> {
  try {
    return await answerApi(request, apiContext(request, context, environment));
  } catch (error) {
    const { reportFailure } = await import("../../report/report-call.ts");
    const reader = environment("NETLIFY_DEV") === "true" ? "person" : "machine";
    print(reportFailure(error, { reader }, { status: 500, who: "inspector" }));
    return respond(broken);
  }
}

const broken = problem(
  500,
  "Something is broken here. The terminal of netlify dev, or the function's log, says where.",
);

function apiContext(request: Request, context: CallContext, environment: Environment): ApiContext {
  const now = new Date();
  const underNetlifyDev = environment("NETLIFY_DEV") === "true";
  return {
    local: isLocal({ url: request.url, underNetlifyDev, ip: context.ip }),
    now,
    readSettings: () => readInspectorSettings(environment),
    database: instanceDatabase,
    async handlerNames() {
      const { handlers } = await import("../../handlers/index.ts");
      return handlers.map(({ name }) => name);
    },
    openWork: mayRunWork(context.deploy) ? () => openWorkHere(environment) : null,
    runLater(work) {
      const run = async () => {
        const { runAfterReplay } = await import("../../events/work/work-after-answer.ts");
        await runAfterReplay(work, now.getTime());
      };
      context.waitUntil(run());
    },
    async sendSample() {
      const { sendSample } = await import("./send-sample.ts");
      return await sendSample(new URL(request.url).origin, () => readHookSettings(environment), now);
    },
  };
}

/** The queue and the handlers, loaded when something is replayed. */
async function openWorkHere(environment: Environment): Promise<Work> {
  const [{ openWork }, { handlers }, { reportWork }] = await Promise.all([
    import("../../events/work/open-work.ts"),
    import("../../handlers/index.ts"),
    import("../../report/report-work.ts"),
  ]);
  const reader = environment("NETLIFY_DEV") === "true" ? "person" : "machine";
  return openWork(instanceDatabase, handlers, {
    environment,
    report: (happened) => print(reportWork(happened, { reader })),
  });
}
