/** The hook itself: Okta's verification GETs and event POSTs. Wiring only. */
import type { Config, Context } from "@netlify/functions";
import { readHookSettings } from "../config.ts";
import type { Recorded } from "../events/record-delivery.ts";
import type { WorkReport } from "../events/work/work-report.ts";
import { answer } from "../hook/answer.ts";
import type { Delivery } from "../hook/delivery.ts";
import { isLocal } from "../hook/is-local.ts";
import { receive } from "../hook/receive.ts";
import { chooseManner } from "../report/choose-manner.ts";
import {
  type Manner,
  type Report,
  reportDelivery,
  reportRefusal,
  reportVerification,
} from "../report/report-call.ts";

/** From the call's arrival; with the way here and back it stays inside the 3 s that Okta waits. */
const RECORD_BUDGET_MS = 2_400;
/** However late the call got here, the database gets a chance. */
const MIN_RECORD_MS = 500;

const environment = (name: string) => Netlify.env.get(name);

export default async function oktaWebhooksEndpoint(request: Request, context: Context): Promise<Response> {
  const receivedAt = new Date();
  const underNetlifyDev = environment("NETLIFY_DEV") === "true";
  const local = isLocal({ url: request.url, underNetlifyDev, ip: context.ip });
  const manner = chooseManner(environment, underNetlifyDev, local);

  const verdict = await receive(request, {
    local,
    receivedAt,
    readSettings: () => readHookSettings(environment),
  });
  if (verdict.outcome === "delivery") return takeDelivery(verdict.delivery, context, manner);
  const response = answer(verdict);
  print(
    verdict.outcome === "verification"
      ? reportVerification(verdict.open, manner)
      : reportRefusal(verdict, response.status, manner),
  );
  return response;
}

/** Nothing is answered before it is recorded, and nothing is queued or run before it is answered. */
async function takeDelivery(delivery: Delivery, context: Context, manner: Manner): Promise<Response> {
  const recorded = await record(delivery);
  const answerMs = Date.now() - delivery.receivedAt.getTime();
  print(reportDelivery({ delivery, recorded, answerMs }, manner));
  if (recorded.outcome === "unavailable") return answer({ outcome: "store-unavailable" });
  context.waitUntil(
    follow(recorded, { arrivedAt: delivery.receivedAt.getTime(), answerMs }, context, manner),
  );
  return answer({ outcome: "recorded" });
}

/** The store is loaded only now: a stranger's call or a verification needs none of it. */
async function record(delivery: Delivery): Promise<Recorded> {
  const [{ instanceDatabase }, { recordDelivery }] = await Promise.all([
    import("../events/instance-database.ts"),
    import("../events/record-delivery.ts"),
  ]);
  const spentMs = Date.now() - delivery.receivedAt.getTime();
  const timeoutMs = Math.max(RECORD_BUDGET_MS - spentMs, MIN_RECORD_MS);
  return recordDelivery(instanceDatabase, delivery, { timeoutMs });
}

/** What follows the answer: queue and handlers are loaded after it. */
async function follow(
  recorded: Extract<Recorded, { outcome: "recorded" }>,
  times: { readonly arrivedAt: number; readonly answerMs: number },
  { deploy }: Context,
  manner: Manner,
): Promise<void> {
  const { reportWork } = await import("../report/report-work.ts");
  const report = (happened: WorkReport) => print(reportWork(happened, manner));
  try {
    const { instanceDatabase } = await import("../events/instance-database.ts");
    const { followDelivery } = await import("../events/follow-delivery.ts");
    const { handlers } = await import("../handlers/index.ts");
    await followDelivery(instanceDatabase, recorded, { ...times, deploy, handlers, report });
  } catch (error) {
    // A handler's module that does not load, say. The delivery is recorded, and its work is found again.
    report({ kind: "work-interrupted", error: String(error) });
  }
}

function print({ level, text }: Report): void {
  console[level](text);
}

export const config: Config = { path: "/okta-webhooks-endpoint" };
