/**
 * Reads the log from the cursor on, page after page, as long as there is time: what is missing is recorded and queued, and the ledger
 * notes what was seen.
 */
import type { Clock } from "../base/clock.ts";
import type { Database } from "../events/database/database.ts";
import { findMissing } from "../events/ledger/find-in-store.ts";
import { recordLogEvents } from "../events/ledger/record-log-events.ts";
import { LOG_EVENT_DAYS } from "../events/ledger/settle-hours.ts";
import type { OrgConnection } from "../okta/call-org.ts";
import { OktaError } from "../okta/okta-error.ts";
import { DELIVERY_FAILED, type DeliveryFailure } from "../okta/read-delivery-failure.ts";
import { filterByType, firstPage } from "../okta/read-log.ts";
import type { OktaSettings } from "../settings/okta-settings.ts";
import type { Subscription } from "./our-hooks.ts";
import { OKTA_DELIVERS_MS, type Page, readPage } from "./read-page.ts";
import { recordFetched } from "./record-fetched.ts";
import { type CatchUpState, type StateCache, writeCached } from "./state.ts";

/** Without a cursor, reading begins this far back at most. */
export const MAX_LOOKBACK_MS = 7 * 24 * 60 * 60 * 1000;
/** Without a cursor, this much is read again: Okta may have persisted something late. Reading an event twice does no harm. */
const OVERLAP_MS = 60 * 60 * 1000;
/** The sums of older hours stand; half a day less than what was seen is remembered for. */
const COUNTED_MS = (LOG_EVENT_DAYS - 0.5) * 24 * 60 * 60 * 1000;

/** What catch-up needs. */
export interface CatchUpContext {
  readonly settings: OktaSettings;
  readonly database: Database;
  readonly cache: StateCache;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** When everything has to be over, in milliseconds since 1970. */
  readonly deadline: number;
  /** The site's own address. */
  readonly siteUrl: string | undefined;
  /** What the handlers listen to. */
  readonly listened: readonly string[];
  /** Queues what was recorded, so that its handlers run. */
  readonly queue: (deliveryId: string) => Promise<void>;
}

/** How far a call of catch-up has come: what was read counts, though a later page fails. */
export interface Progress {
  readonly org: OrgConnection;
  state: CatchUpState;
  /** The org's time; null: no page was read. */
  orgNow: number | null;
  inLog: number;
  recorded: number;
  unreadable: number;
  askedDatabase: boolean;
  /** Deliveries that failed, by the pages that were read. */
  readonly failures: DeliveryFailure[];
}

/**
 * Reads from the cursor on. If Okta refuses the cursor, reading begins at `comparedUntil`.
 * @throws {OktaError | DatabaseError} some of a page may have been recorded then; read again, it is not missing
 */
export async function readPages(
  context: CatchUpContext,
  progress: Progress,
  subscription: Subscription,
): Promise<void> {
  const filter = filterByType([...subscription.eventTypes, DELIVERY_FAILED]);
  if (progress.state.filter !== filter) progress.state = { ...progress.state, cursor: null, filter };
  try {
    await readFromCursor(context, progress, subscription);
  } catch (error) {
    const { cursor } = progress.state;
    if (!(error instanceof OktaError) || error.kind !== "refused" || cursor === null) throw error;
    progress.state = { ...progress.state, cursor: null };
    await readFromCursor(context, progress, subscription);
  }
}

async function readFromCursor(
  context: CatchUpContext,
  progress: Progress,
  subscription: Subscription,
): Promise<void> {
  const { clock, deadline, cache } = context;
  const { org } = progress;
  while (clock.now() < deadline) {
    const { state } = progress;
    const place = Math.max(Date.parse(state.comparedUntil) - OVERLAP_MS, clock.now() - MAX_LOOKBACK_MS);
    const page = await readPage(org, state.cursor ?? firstPage(new Date(place), state.filter), {
      clock,
      subscription,
      since: (eventType) =>
        state.types[eventType] === undefined ? undefined : Date.parse(state.types[eventType]),
    });
    progress.orgNow = page.orgNow;
    progress.failures.push(...page.failures);
    // Behind a page with young events the cursor does not move on: it is read again.
    const passed = page.young === 0;
    // Without a uuid an event cannot be looked up: it is kept once, when the cursor moves past its page.
    await ingestPage(passed ? page : { ...page, unreadable: [] }, context, progress, subscription);
    const isEnd = page.isEmpty || !passed;
    const settled = page.orgNow - OKTA_DELIVERS_MS;
    const until = isEnd ? settled : Math.min(page.latest?.getTime() ?? 0, settled);
    progress.state = {
      ...state,
      cursor: passed ? (page.next ?? state.cursor) : state.cursor,
      comparedUntil: new Date(Math.max(until, Date.parse(state.comparedUntil))).toISOString(),
      savedAt: new Date(clock.now()).toISOString(),
    };
    if (isEnd) return;
    if (page.next === null) {
      throw new OktaError(
        "not-okta",
        `${org.host} does not say where its System Log goes on: we try again in an hour.`,
      );
    }
    await writeCached(cache, org.host, progress.state);
  }
}

async function ingestPage(
  { ours, unknown, unreadable, orgNow }: Page,
  { database, clock, queue }: CatchUpContext,
  progress: Progress,
  { hookIds }: Subscription,
): Promise<void> {
  if (ours.length + unknown.length + unreadable.length === 0) return;
  progress.askedDatabase = true;
  const org = progress.org.host;
  const uuids = ours.map(({ event }) => event.uuid);
  const missing = await findMissing(database, uuids);
  const events = ours.filter(({ event }) => missing.has(event.uuid));
  if (events.length + unreadable.length > 0) {
    const receivedAt = new Date(clock.now());
    const hookId = hookIds[0] ?? null;
    const delivery = { events, unreadable, receivedAt, hookId, org };
    const { deliveryId, newUuids } = await recordFetched(database, delivery);
    progress.recorded += newUuids.length;
    await queue(deliveryId);
  }
  progress.inLog += ours.length;
  progress.unreadable += unreadable.length;
  const seen = [
    ...ours.map(({ event, published }) => ({ uuid: event.uuid, published, unknown: false })),
    ...unknown.map(({ event, published }) => ({ uuid: event.uuid, published, unknown: true })),
  ];
  // An hour that is still to come would stay open, and be summed up by each sweep until then.
  const [from, until] = [orgNow - COUNTED_MS, orgNow + OKTA_DELIVERS_MS];
  await recordLogEvents(
    database,
    org,
    seen.filter(({ published }) => published.getTime() > from && published.getTime() < until),
  );
}
