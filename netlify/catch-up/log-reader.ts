/** Reads the log page after page, from the cursor on, as long as there is time. */
import type { Clock } from "../base/clock.ts";
import type { Database } from "../events/database/database.ts";
import type { OrgConnection } from "../okta/call-org.ts";
import { OktaError } from "../okta/okta-error.ts";
import type { DeliveryFailure } from "../okta/org.ts";
import { DELIVERY_FAILED } from "../okta/read-delivery-failure.ts";
import { filterByType, firstPage, readLogPage } from "../okta/read-log.ts";
import type { OktaSettings } from "../settings/okta-settings.ts";
import { classifyEvents, OKTA_DELIVERS_MS } from "./classify-events.ts";
import { ingestPage } from "./ingest-page.ts";
import type { Subscription } from "./our-hooks.ts";
import { type CatchUpState, type StateCache, uncountedFailures, writeCached } from "./state.ts";

/** Without a cursor, reading begins this far back at most. */
export const MAX_LOOKBACK_MS = 7 * 24 * 60 * 60 * 1000;
/** Without a cursor, this much is read again: Okta may have persisted something late. Reading an event twice does no harm. */
const OVERLAP_MS = 60 * 60 * 1000;

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
  /** Queues what was recorded, so that the sweep runs it. */
  readonly queue: (deliveryId: string) => Promise<void>;
}

/** The reader, with what it found so far. */
export class LogReader {
  readonly #context: CatchUpContext;
  readonly #org: OrgConnection;
  readonly #host: string;
  /** How far it came; undefined: it has read nothing. */
  state: CatchUpState | undefined;
  orgNow: number | undefined;
  inLog = 0;
  recorded = 0;
  unreadable = 0;
  askedDatabase = false;
  /** Failed deliveries that are not counted yet. */
  readonly failures: DeliveryFailure[] = [];

  constructor(context: CatchUpContext, org: OrgConnection, host: string) {
    this.#context = context;
    this.#org = org;
    this.#host = host;
  }

  /** Reads from the cursor on. If Okta refuses the cursor, reading begins at `comparedUntil`. */
  async readOn(from: CatchUpState, subscription: Subscription): Promise<CatchUpState> {
    const filter = filterByType([...subscription.eventTypes, DELIVERY_FAILED]);
    const state = from.filter === filter ? from : { ...from, cursor: null, filter };
    try {
      return await this.#readPages(state, subscription);
    } catch (error) {
      const current = this.state ?? state;
      if (!(error instanceof OktaError) || error.kind !== "refused" || current.cursor === null) throw error;
      return await this.#readPages({ ...current, cursor: null }, subscription);
    }
  }

  async #readPages(from: CatchUpState, subscription: Subscription): Promise<CatchUpState> {
    const { clock, deadline, cache } = this.#context;
    let state = from;
    this.state = state;
    while (clock.now() < deadline) {
      const place = Math.max(Date.parse(state.comparedUntil) - OVERLAP_MS, clock.now() - MAX_LOOKBACK_MS);
      const path = state.cursor ?? firstPage(new Date(place), state.filter);
      const page = await readLogPage(this.#org, path);
      const orgNow = readOrgTime(page.orgNow, clock, this.#host);
      this.orgNow = orgNow;
      const classified = classifyEvents(page.text, {
        subscription,
        since: (eventType) =>
          state.types[eventType] === undefined ? undefined : Date.parse(state.types[eventType]),
        orgNow,
      });
      const passed = classified.young === 0;
      const ingested = await ingestPage(classified, {
        ...this.#context,
        host: this.#host,
        hookIds: subscription.hookIds,
        passed,
        orgNow,
      });
      this.askedDatabase ||= ingested.askedDatabase;
      this.inLog += classified.ours.length;
      this.recorded += ingested.recorded;
      this.unreadable += ingested.unreadable;
      this.failures.push(...uncountedFailures(state, classified.failures));
      const end = page.isEmpty || !passed;
      const until = end
        ? orgNow - OKTA_DELIVERS_MS
        : Math.min(classified.latest?.getTime() ?? 0, orgNow - OKTA_DELIVERS_MS);
      state = {
        ...state,
        cursor: passed ? (page.next ?? state.cursor) : state.cursor,
        comparedUntil: new Date(Math.max(until, Date.parse(state.comparedUntil))).toISOString(),
        savedAt: new Date(clock.now()).toISOString(),
      };
      this.state = state;
      if (end) return state;
      if (page.next === null || page.next === path) {
        throw new OktaError(
          "not-okta",
          `${this.#host} does not say where its System Log goes on: we try again in an hour.`,
        );
      }
      await writeCached(cache, this.#host, state);
    }
    return state;
  }
}

/** If the clocks are further apart than any two time zones, one of them is wrong. */
const MAX_APART_MS = 24 * 60 * 60 * 1000;

/**
 * The time that an answer of the org is dated; this machine's where it has no date.
 * @throws {OktaError} `clock` for a date that would put catch-up far ahead of the log, or far behind
 */
export function readOrgTime(orgNow: number | null, clock: Clock, host: string): number {
  const now = clock.now();
  if (orgNow === null) return now;
  if (Math.abs(orgNow - now) <= MAX_APART_MS) return orgNow;
  throw new OktaError(
    "clock",
    `${host} dates an answer ${new Date(orgNow).toISOString()}, and this machine's clock says ${new Date(now).toISOString()}: nothing is read from the System Log while they are more than a day apart.`,
  );
}
