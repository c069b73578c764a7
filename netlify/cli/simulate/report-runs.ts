/** What the handlers made of an event that was just delivered: asked of the site's API for a few seconds. */
import { type EventDetail, eventDetail, type Run } from "../../api/schema/events.ts";
import { handlerStatuses } from "../../api/schema/handlers.ts";
import { CODE_DOES_NOT_LOAD } from "../../base/load-problem.ts";
import { type Api, openApi } from "../call-api.ts";
import type { CliContext } from "../cli-context.ts";
import { runLine } from "../describe-event.ts";
import { CommandError } from "../terminal.ts";

const EVERY_MS = 300;
const MAX_WAIT_MS = 8_000;
/** The states of a run that is not waited for any longer. */
const SETTLED = ["done", "superseded", "dead", "discarded", "retrying"];

/**
 * Says for each event what its handlers made of it. Where the site does not tell, it says that instead.
 * @returns the events; null: the site did not tell
 * @param startedAt when the preview began, in milliseconds since 1970: an event received before is a duplicate. Null: none can be,
 *   whatever the clocks here and at the site say
 */
export async function reportRuns(
  uuids: readonly string[],
  { url, startedAt }: { readonly url: string; readonly startedAt: number | null },
  { environment, terminal, clock }: Pick<CliContext, "environment" | "terminal" | "clock">,
): Promise<EventDetail[] | null> {
  try {
    const events: EventDetail[] = [];
    const api = openApi(url, environment);
    const deadline = clock.now() + MAX_WAIT_MS;
    for (const uuid of uuids) {
      const event = await settle(api, uuid, clock, deadline);
      if (uuids.length > 1) terminal.out(`${uuid}:`);
      for (const line of describe(event, startedAt, clock.now())) terminal.out(line);
      events.push(event);
    }
    return events;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.message.startsWith(CODE_DOES_NOT_LOAD)) process.exitCode = 1;
    terminal.error(`What its handlers made of it cannot be seen here: ${error.message}`);
    return null;
  }
}

async function settle(api: Api, uuid: string, clock: CliContext["clock"], deadline: number) {
  for (;;) {
    const event = await api.get(`events/${encodeURIComponent(uuid)}`, eventDetail);
    const hasRuns = event.runs.length > 0;
    if ((hasRuns || event.handlers.noRuns !== null) && event.runs.every(isSettled)) return event;
    // While the code does not load, this says so and nothing is queued.
    if (!hasRuns) await api.get("handlers", handlerStatuses);
    if (clock.now() >= deadline) return event;
    await clock.wait(EVERY_MS);
  }
}

/** Whether a handler failed for it. */
export const isFailed = ({ runs }: EventDetail) =>
  runs.some(({ state }) => state === "retrying" || state === "dead");

/** Of a paused handler nothing comes until somebody resumes it. */
const isSettled = ({ state, paused }: Run) => paused || SETTLED.includes(state);

function describe(
  { uuid, receivedAt, runs, filteredOut }: EventDetail,
  startedAt: number | null,
  nowMs: number,
) {
  const isDuplicate = startedAt !== null && Date.parse(receivedAt) < startedAt;
  return [
    ...(isDuplicate ? [`  seen before, at ${receivedAt}: no handler ran again`] : []),
    ...runs.map((run) => runLine(run, nowMs)),
    ...filteredOut.map((handler) => `  ${handler} filters it out by its \`when\``),
    ...(runs.length + filteredOut.length === 0 ? ["  no handler listens to it"] : []),
    ...(!runs.every(isSettled) ? [`  not finished yet; ask again: npm run hook -- show ${uuid}`] : []),
  ];
}
