/** `events --follow`: each event that comes, once its handlers have finished. */
import { type EventSummary, eventPage } from "../../api/contract/events.ts";
import type { CliContext } from "../cli-context.ts";
import type { Api } from "./call-api.ts";
import { eventLines } from "./describe.ts";

const EVERY_MS = 2_000;
/** Handlers that take longer than this many looks are told of as they stand: a try may take 15 s. */
const MOST_LOOKS = 5;

/** Prints what comes from now on. Ends with Ctrl+C, or when the site does not answer. */
export async function followEvents(
  api: Api,
  { type, since }: { readonly type: readonly string[]; readonly since?: number },
  { terminal, clock }: Pick<CliContext, "terminal" | "clock">,
): Promise<void> {
  const query = new URLSearchParams(type.map((name): [string, string] => ["type", name]));
  query.set("limit", "100");
  if (since !== undefined) query.set("from", new Date(since).toISOString());
  const look = async () => (await api.get(`events?${query}`, eventPage)).events;
  const printed = new Set(since === undefined ? (await look()).map(({ uuid }) => uuid) : []);
  const looks = new Map<string, number>();
  terminal.error("Waiting for events. Ctrl+C ends it.");
  do {
    for (const event of (await look()).reverse()) {
      if (printed.has(event.uuid)) continue;
      const count = (looks.get(event.uuid) ?? 0) + 1;
      looks.set(event.uuid, count);
      if (!isSettled(event) && count < MOST_LOOKS) continue;
      printed.add(event.uuid);
      looks.delete(event.uuid);
      for (const line of eventLines(event)) terminal.out(line);
    }
  } while (await clock.wait(EVERY_MS));
}

const isSettled = ({ handlers: { state } }: EventSummary) => state !== "waiting" && state !== "running";
