/** `POST /api/catch-up`: fetches from the org's System Log what is missing here, a slice at a time. */

import { systemClock } from "../../../base/clock.ts";
import { runManualCatchUp } from "../../../catch-up/manual-catch-up.ts";
import { listenedEventTypes } from "../../../handler-kit/handler-list.ts";
import { OktaError } from "../../../okta/okta-error.ts";
import type { CatchUpSettings } from "../../../settings/catch-up-settings.ts";
import { type CatchUpSlice, catchUpBody } from "../../schema/catch-up.ts";
import { json, type ProblemReply, problem } from "../reply.ts";
import { defineRoute } from "./route.ts";

/** A person waits, and sees each slice; an invocation has 60 s (Netlify). */
const SLICE_MS = 12_000;

export const catchUpRoute = defineRoute({
  method: "POST",
  path: "catch-up",
  body: catchUpBody,
  work: true,
  async answer({ body, context, openWork }) {
    const settings = context.readCatchUpSettings();
    const org = settings.on ? settings.org : (settings.org ?? notSet(settings));
    if ("kind" in org) return org;
    const { since, types, mode, cursor } = body;
    const work = await openWork();
    const { queueEvents } = await import("../../../events/work/queue-events.ts");
    try {
      const { until, ...slice } = await runManualCatchUp(
        { since: new Date(since), types, mode, cursor },
        {
          settings: org,
          database: context.database,
          clock: systemClock,
          fetch: (input, init) => fetch(input, init),
          deadline: systemClock.now() + SLICE_MS,
          siteUrl: context.environment("URL"),
          listened: listenedEventTypes(work.handlers),
          queue: async (deliveryId) => {
            await queueEvents(work, { deliveryId });
          },
        },
      );
      if (mode === "run") context.runLater(work);
      return json({ ...slice, until: until?.toISOString() ?? null } satisfies CatchUpSlice);
    } catch (error) {
      if (!(error instanceof OktaError)) throw error;
      return problem(502, error.message);
    }
  },
});

function notSet({ reason, fix }: Extract<CatchUpSettings, { on: false }>): ProblemReply {
  return problem(409, fix === null ? reason : `${reason} To mend it: ${fix}.`);
}
