/** `POST /api/sample`: the page's button for a first event. Locally only: nobody else has made-up events to send. */
import { json, problem } from "../reply.ts";
import { defineRoute } from "./route.ts";

export const sampleRoute = defineRoute({
  method: "POST",
  path: "sample",
  async answer({ context }) {
    if (!context.local || context.sendSample === null) {
      return problem(
        403,
        "A sample event can be sent under netlify dev only. Use Okta's Preview for this site.",
      );
    }
    const outcome = await context.sendSample();
    return outcome.sent
      ? json({}, 202)
      : problem(502, `The endpoint did not take the sample: ${outcome.reason}`);
  },
});
