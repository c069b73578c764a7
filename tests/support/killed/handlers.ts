/** Takes the place of the site's handlers in an instance that is killed: notes each try in a file that survives it. */
import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { defineHandler } from "../../../netlify/handler-kit/define-handler.ts";
import { uncataloguedEventType } from "../../../netlify/handler-kit/event-pattern.ts";
import { listHandlers } from "../../../netlify/handler-kit/handler-list.ts";

let tries = 0;

export const handlers = listHandlers([
  defineHandler({
    name: "note",
    // Where there are very many events, only some of them are handled.
    on: process.env.HANDLED_TYPE ? uncataloguedEventType(process.env.HANDLED_TYPE) : "*",
    async handle({ uuid }, { attempt, signal }) {
      appendFileSync(process.env.TRIES_FILE ?? "", `${JSON.stringify({ uuid, at: Date.now() })}\n`);
      tries += 1;
      if (tries === Number(process.env.DIES_AT_TRY)) process.kill(process.pid, "SIGKILL");
      // Long enough to be killed in the middle.
      await setTimeout(Number(uuid.slice(-1)), undefined, { signal });
      if (uuid.endsWith("7") && attempt === 1) throw new Error("fails at first");
    },
  }),
]);
