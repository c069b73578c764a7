/** The hook itself: Okta's verification GETs and event POSTs. Wiring only. */
import type { Config, Context } from "@netlify/functions";
import { readHookSettings } from "../config.ts";
import { answer } from "../hook/answer.ts";
import { isLocal } from "../hook/is-local.ts";
import { receive } from "../hook/receive.ts";
import { chooseManner } from "../report/choose-manner.ts";
import { type Report, reportDelivery, reportRefusal, reportVerification } from "../report/report-call.ts";

const environment = (name: string) => Netlify.env.get(name);

export default async function oktaWebhooksEndpoint(request: Request, context: Context): Promise<Response> {
  const receivedAt = new Date();
  const startedMs = performance.now();
  const underNetlifyDev = environment("NETLIFY_DEV") === "true";
  const local = isLocal({ url: request.url, underNetlifyDev, ip: context.ip });
  const manner = chooseManner(environment, underNetlifyDev, local);

  const verdict = await receive(request, {
    local,
    receivedAt,
    readSettings: () => readHookSettings(environment),
  });
  if (verdict.outcome === "delivery") {
    const { delivery } = verdict;
    print(reportDelivery({ delivery, outcome: "recorded", tookMs: performance.now() - startedMs }, manner));
    return answer({ outcome: "recorded" });
  }
  const response = answer(verdict);
  print(
    verdict.outcome === "verification"
      ? reportVerification(verdict.open, manner)
      : reportRefusal(verdict, response.status, manner),
  );
  return response;
}

function print({ level, text }: Report): void {
  console[level](text);
}

export const config: Config = { path: "/okta-webhooks-endpoint" };
