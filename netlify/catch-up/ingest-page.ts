/** Ingests a page of the System Log: what the store lacks is recorded and queued, and the ledger notes every event. */
import type { Clock } from "../base/clock.ts";
import type { Database } from "../events/database/database.ts";
import { findMissing } from "../events/ledger/find-in-store.ts";
import { recordLogEvents } from "../events/ledger/record-log-events.ts";
import { LOG_EVENT_DAYS } from "../events/ledger/settle-hours.ts";
import { type ClassifiedPage, OKTA_DELIVERS_MS } from "./classify-events.ts";
import { recordFetched } from "./record-fetched.ts";

/** What ingesting needs. */
interface IngestContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly host: string;
  readonly hookIds: readonly string[];
  readonly orgNow: number;
  /** Whether the cursor moves on behind this page, so that it is not read again. */
  readonly passed: boolean;
  readonly queue: (deliveryId: string) => Promise<void>;
}

/** What became of the page. */
interface IngestResult {
  readonly recorded: number;
  readonly unreadable: number;
  readonly askedDatabase: boolean;
}

/** The sums of older hours stand; half a day less than what was seen is remembered for. */
const COUNTED_MS = (LOG_EVENT_DAYS - 0.5) * 24 * 60 * 60 * 1000;

/**
 * @throws {DatabaseError} then some of the page may have been recorded; read again, that is seen before
 */
export async function ingestPage(page: ClassifiedPage, context: IngestContext): Promise<IngestResult> {
  const { database, clock, host, hookIds, orgNow, passed } = context;
  const { ours, unknown } = page;
  // Without a uuid it cannot be looked up: it is kept once, when the cursor moves past its page.
  const unreadable = passed ? page.unreadable : [];
  if (ours.length + unknown.length + unreadable.length === 0) {
    return { recorded: 0, unreadable: 0, askedDatabase: false };
  }
  const missing = await findMissing(
    database,
    ours.map(({ event }) => event.uuid),
  );
  const events = ours.filter(({ event }) => missing.has(event.uuid));
  let recorded = 0;
  if (events.length + unreadable.length > 0) {
    const { deliveryId, newUuids } = await recordFetched(database, {
      events,
      unreadable,
      receivedAt: new Date(clock.now()),
      hookId: hookIds[0] ?? null,
      org: host,
    });
    recorded = newUuids.length;
    await context.queue(deliveryId);
  }
  const seen = [
    ...ours.map(({ event, published }) => ({ uuid: event.uuid, published, unknown: false })),
    ...unknown.map(({ event, published }) => ({ uuid: event.uuid, published, unknown: true })),
  ];
  await recordLogEvents(
    database,
    host,
    // An hour that is still to come would stay open, and be summed up by each sweep until then.
    seen.filter(
      ({ published }) =>
        published.getTime() > orgNow - COUNTED_MS && published.getTime() < orgNow + OKTA_DELIVERS_MS,
    ),
  );
  return { recorded, unreadable: unreadable.length, askedDatabase: true };
}
