/** Serves the addresses that are not the endpoint's: an event hook that calls one is told the right address. */
import { ENDPOINT_PATH, LOCAL_PORT } from "../base/addresses.ts";
import { openInstanceDatabase } from "../events/database/open-instance-database.ts";
import { problem } from "../hook/problem.ts";
import { CHALLENGE_HEADER } from "../hook/receive.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { chooseWorkStyle } from "../report/log-style.ts";
import { print, writeReport } from "../report/print.ts";
import type { Environment } from "../settings/environment.ts";
import { readHookSettings } from "../settings/hook-settings.ts";
import { saveRejection } from "./save-rejection.ts";

const REASON = `the call missed the endpoint: it belongs at ${ENDPOINT_PATH}`;
const DETAIL =
  `Event hooks are received at ${ENDPOINT_PATH}, not here. Give Okta the address with that path; ` +
  `through Hookdeck: hookdeck listen ${LOCAL_PORT} okta --path ${ENDPOINT_PATH}`;

/** Before it answers, `netlify dev` tries `/` again as `/index.html`, `/x` as `/x.html` and so on: it is the same call. */
const SECOND_TRY = /\.html?$/;

/** 404 for all; what looks like a hook is told the right address, and is a rejection like those of the endpoint. */
export function serveMisdirected(
  request: Request,
  invocation: Invocation,
  environment: Environment,
): Response {
  const isHook = request.method === "POST" || request.headers.has(CHALLENGE_HEADER);
  if (!isHook) return problem(404, "There is nothing at this address.");
  if (!SECOND_TRY.test(new URL(request.url).pathname)) {
    const style = chooseWorkStyle(environment);
    const fields = { outcome: "misdirected", status: 404, reason: REASON };
    print(writeReport(style, "warn", `✗ 404 rejected: ${REASON}`, fields));
    if (style.reader === "person") {
      const readSettings = () => readHookSettings(environment);
      const database = openInstanceDatabase({ deploy: invocation.deploy, environment });
      const facts = { receivedAt: new Date(), status: 404, reason: REASON, readSettings, database };
      invocation.waitUntil(saveRejection(request, facts));
    }
  }
  return problem(404, DETAIL);
}
