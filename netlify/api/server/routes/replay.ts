/** `POST /api/events/:uuid/replay`: queued at once, run after the answer. */
import { eventUuid } from "../../schema/common.ts";
import { type ReplayResult, replayBody } from "../../schema/failing.ts";
import { readJson } from "../read-input.ts";
import { json, problem } from "../reply.ts";
import type { Route } from "./route.ts";

export const unknownEvent = problem(
  404,
  "No event has this uuid. Take one from the list of events; one that was never received cannot be shown.",
);

export const replayRoute: Route = {
  method: "POST",
  path: "events/:id/replay",
  async answer({ request, id, context }) {
    const body = await readJson(request, replayBody);
    if (body.kind === "problem") return body;
    if (context.openWork === null) return notHere;
    if (!eventUuid.safeParse(id).success) return unknownEvent;
    const { handler } = body.value;
    const work = await context.openWork();
    const { replay } = await import("../../../events/work/replay.ts");
    const replayed = await replay(work, id, handler);
    switch (replayed.outcome) {
      case "unknown-event":
        return unknownEvent;
      case "payload-gone":
        return problem(409, "The event is past its retention: there is nothing left to hand to a handler.");
      case "no-handler":
        return problem(
          409,
          handler === undefined
            ? "No handler listens to events of this type. Handlers are listed in netlify/handlers/index.ts."
            : "No handler of that name listens to events of this type. Handlers are listed in netlify/handlers/index.ts.",
        );
      case "filtered-out":
        return problem(409, "No run was queued: the `when` of each of its handlers filters this event out.");
      case "queued":
        if (replayed.handlers.length === 0 && replayed.withoutKey.length > 0) {
          return problem(
            409,
            `No run was queued: \`order\` or \`latest\` of ${replayed.withoutKey.join(" and ")} fails for this event. Its run says why.`,
          );
        }
        if (replayed.handlers.length === 0) {
          return problem(409, "It is being handled at this moment. Look at its runs again in a minute.");
        }
        context.runLater(work);
        return json({ queued: replayed.handlers.length } satisfies ReplayResult, 202);
    }
  },
};

export const notHere = problem(
  409,
  "Handlers run on the published production deploy only: this preview has a copy of its data. Replay it there.",
);
