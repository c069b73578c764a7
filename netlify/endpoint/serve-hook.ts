/**
 * One call to the endpoint, from the request to its answer: `hook/` reaches a verdict, a delivery is recorded, `hook/` words
 * the answer, `report/` says what happened.
 */
import { openInstanceDatabase } from "../events/database/open-instance-database.ts";
import { answer } from "../hook/answer.ts";
import { isLocal } from "../hook/is-local.ts";
import { PROBE_HEADER } from "../hook/read-origin.ts";
import { receive } from "../hook/receive.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { chooseLogStyle } from "../report/log-style.ts";
import { print } from "../report/print.ts";
import { explainRefusal, reportFailure, reportRefusal, reportVerification } from "../report/report-call.ts";
import { type Environment, isUnderNetlifyDev } from "../settings/environment.ts";
import { readHookSettings } from "../settings/hook-settings.ts";
import { handleDelivery } from "./handle-delivery.ts";
import { saveRejection } from "./save-rejection.ts";

/** Never throws: what breaks in here is logged and answered 503, so that Okta sends the delivery again. */
export async function serveHook(
  request: Request,
  invocation: Invocation,
  environment: Environment,
): Promise<Response> {
  const receivedAt = new Date();
  const underNetlifyDev = isUnderNetlifyDev(environment);
  const local = isLocal({ url: request.url, underNetlifyDev, ip: invocation.ip });
  const style = chooseLogStyle(environment, local);
  try {
    const readSettings = () => readHookSettings(environment);
    const verdict = await receive(request, { local, receivedAt, readSettings });
    if (verdict.outcome === "delivery")
      return await handleDelivery(verdict.delivery, invocation, { environment, style });
    const response = answer(verdict);
    if (verdict.outcome === "verification") {
      print(reportVerification(verdict.open, style));
    } else {
      print(reportRefusal(verdict, response.status, style));
      if (underNetlifyDev && !request.headers.has(PROBE_HEADER)) {
        const database = openInstanceDatabase({ deploy: invocation.deploy, environment });
        const facts = {
          receivedAt,
          status: response.status,
          reason: explainRefusal(verdict),
          readSettings,
          database,
        };
        invocation.waitUntil(saveRejection(request, facts));
      }
    }
    return response;
  } catch (error) {
    print(reportFailure(error, style));
    return answer({ outcome: "failed" });
  }
}
