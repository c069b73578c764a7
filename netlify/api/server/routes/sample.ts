/** `POST /api/sample`: the page's button for a first event. Locally only: nobody else has made-up events to send. */
import { emptyBody } from "../../schema/common.ts";
import { readJson } from "../read-input.ts";
import { json, problem } from "../reply.ts";
import type { Route } from "./route.ts";

export const sampleRoute: Route = {
  method: "POST",
  path: "sample",
  async answer({ request, context }) {
    const body = await readJson(request, emptyBody);
    if (body.kind === "problem") return body;
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
};
