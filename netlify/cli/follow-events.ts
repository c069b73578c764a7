/** `events --follow`: each event that comes, once its handlers have finished. */
import { type EventSummary, eventPage } from "../api/schema/events.ts";
import type { Api } from "./call-api.ts";
import type { CliContext } from "./cli-context.ts";
import { eventLines } from "./describe-event.ts";

const EVERY_MS = 2_000;
/** Of more that came between two looks, only these are printed, and that is said. */
const MAX_BATCH_SIZE = 1_000;
/** Handlers that take longer than this many looks are told of as they stand: a try may take 15 s. */
const MAX_POLLS = 5;

/** Prints what comes from now on. Ends with Ctrl+C, when nobody reads any more, or when the site does not answer. */
export async function followEvents(
  api: Api,
  { type, since }: { readonly type: readonly string[]; readonly since?: number },
  { terminal, clock }: Pick<CliContext, "terminal" | "clock">,
): Promise<void> {
  const query = new URLSearchParams(type.map((name): [string, string] => ["type", name]));
  query.set("limit", "100");
  if (since !== undefined) query.set("from", new Date(since).toISOString());
  const printed = new Set<string>();
  if (since === undefined) {
    for (const { uuid } of (await api.get(`events?${query}`, eventPage)).events) printed.add(uuid);
  }
  /** The newest first, back to the first page that holds one that was printed. */
  const look = async () => {
    const events: EventSummary[] = [];
    for (let cursor = ""; ; ) {
      const page = await api.get(`events?${query}${cursor}`, eventPage);
      events.push(...page.events);
      if (page.next === null || page.events.some(({ uuid }) => printed.has(uuid))) return events;
      if (events.length >= MAX_BATCH_SIZE) {
        terminal.error(`More than ${MAX_BATCH_SIZE} came at once: npm run hook -- events lists the others.`);
        return events;
      }
      cursor = `&cursor=${encodeURIComponent(page.next)}`;
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
      for (const line of eventLines(event)) terminal.out(line);
    }
  } while (!terminal.isClosed() && (await clock.wait(EVERY_MS)));
}

const isSettled = ({ handlers: { state } }: EventSummary) => state !== "waiting" && state !== "running";
