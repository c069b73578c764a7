/** `events --follow`: each event that comes, once its handlers have finished. */
import { withQuery } from "../api/client/call-api.ts";
import { type EventPage, type EventSummary, eventPage } from "../api/schema/events.ts";
import type { Api } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { eventLines } from "./describe-event.ts";
import type { StoredEventSearch } from "./list-stored-events.ts";

const EVERY_MS = 2_000;
/** Of more that came between two looks, only these are printed, and that is said. */
const MAX_BATCH_SIZE = 1_000;
/** Handlers that take longer than this many looks are told of as they stand: a try may take 15 s. */
const MAX_POLLS = 5;

/** Prints what comes from now on. Ends with Ctrl+C, when nobody reads any more, or when the site does not answer. */
export async function followEvents(
  api: Api,
  { failed, type, handler, state, since }: StoredEventSearch & { readonly failed?: true },
  { terminal, clock }: Pick<CliContext, "terminal" | "clock">,
): Promise<void> {
  const from = since === undefined ? undefined : new Date(since).toISOString();
  const read = (cursor?: string): Promise<EventPage> =>
    api.get(withQuery("events", { type, handler, state, from, cursor, limit: 100 }), eventPage);
  const printed = new Set<string>();
  if (since === undefined) for (const { uuid } of (await read()).events) printed.add(uuid);
  /** The newest first, back to the first page that holds one that was printed. */
  const look = async () => {
    const events: EventSummary[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await read(cursor);
      events.push(...page.events);
      if (page.next === null || page.events.some(({ uuid }) => printed.has(uuid))) return events;
      if (events.length >= MAX_BATCH_SIZE) {
        terminal.error(`More than ${MAX_BATCH_SIZE} came at once: npm run hook -- events lists the others.`);
        return events;
      }
      cursor = page.next;
    }
  };
  const looks = new Map<string, number>();
  terminal.error("Waiting for events. Ctrl+C ends it.");
  do {
    for (const event of (await look()).reverse()) {
      if (printed.has(event.uuid)) continue;
      const count = (looks.get(event.uuid) ?? 0) + 1;
      looks.set(event.uuid, count);
      if (!isSettled(event) && count < MAX_POLLS) continue;
      printed.add(event.uuid);
      looks.delete(event.uuid);
      if (failed && !isFailed(event)) continue;
      for (const line of eventLines(event, clock.now())) terminal.out(line);
    }
  } while (!terminal.isClosed() && (await clock.wait(EVERY_MS)));
}

const isFailed = ({ handlers: { state } }: EventSummary) => state === "dead" || state === "retrying";
const isSettled = ({ handlers: { state } }: EventSummary) => state !== "waiting" && state !== "running";
