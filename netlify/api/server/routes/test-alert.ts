/** `POST /api/alerts/test`: the site sends a test to the address that its alerts go to. */
import { sendTestAlert } from "../../../alerts/send-test-alert.ts";
import { SettingsError } from "../../../settings/environment.ts";
import type { TestAlertResult } from "../../schema/health.ts";
import { json, problem } from "../reply.ts";
import { defineRoute } from "./route.ts";

export const testAlertRoute = defineRoute({
  method: "POST",
  path: "alerts/test",
  async answer({ context }) {
    const { database, environment, now } = context;
    try {
      const settings = context.readAlertSettings();
      if (settings === null)
        return problem(409, "ALERT_URL is not set for this site: nobody is told of failures.");
      const sent = await sendTestAlert(database, settings, { now, siteUrl: environment("URL") });
      return json(sent satisfies TestAlertResult);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      return problem(409, `${error.message}.`);
    }
  },
});
