/** `POST /api/handlers/:id/pause` and `…/resume`: a handler stops and goes on without a deploy. */
import { emptyBody } from "../../schema/common.ts";
import type { PauseResult, ResumeResult } from "../../schema/handlers.ts";
import { readJson } from "../read-input.ts";
import { json, problem } from "../reply.ts";
import { notHere } from "./replay.ts";
import type { Route } from "./route.ts";

export const pauseRoute: Route = {
  method: "POST",
  path: "handlers/:id/pause",
  async answer({ request, id, context }) {
    const body = await readJson(request, emptyBody);
    if (body.kind === "problem") return body;
    if (context.openWork === null) return notHere;
    const handlers = await context.handlers();
    if (!handlers.some(({ name }) => name === id)) {
      return problem(404, "No handler has this name. `npm run hook -- handlers` lists them.");
    }
    const { pauseHandler } = await import("../../../events/work/queue/pause-handler.ts");
    const pausedAt = await pauseHandler(context.database, id, context.now);
    return json({ pausedAt: pausedAt.toISOString() } satisfies PauseResult);
  },
};

/** One that is gone can be resumed as well: its runs then become dead letters instead of waiting for ever. */
export const resumeRoute: Route = {
  method: "POST",
  path: "handlers/:id/resume",
  async answer({ request, id, context }) {
    const body = await readJson(request, emptyBody);
    if (body.kind === "problem") return body;
    if (context.openWork === null) return notHere;
    // First: the sweep has to know that there may be work, should this process die.
    const work = await context.openWork();
    const { resumeHandler } = await import("../../../events/work/queue/pause-handler.ts");
    const released = await resumeHandler(context.database, id);
    if (released === null) return problem(409, "No handler of this name is paused.");
    if (released > 0) context.runLater(work);
    return json({ released } satisfies ResumeResult, 202);
  },
};
