/**
 * Reads the System Log page by page, by polling requests: ascending, with `since` and without `until`. They give every event in
 * the order in which Okta persisted it; a request with `until` may leave out what was persisted late.
 * https://developer.okta.com/docs/reference/system-log-query/
 */
import { type OrgConnection, readJson } from "./call-org.ts";
import { OktaError, type OktaErrorKind } from "./okta-error.ts";

/** Okta's largest page. */
const PAGE_SIZE = 1000;
/** A page that is too slow or too large is asked for in halves: down to this where it is too slow, else down to one event. */
const SMALLEST_SLOW_PAGE = 25;
/** A filter longer than this is left out: an address is too short for hundreds of types, so they are sorted out here. */
const MAX_FILTER_LENGTH = 6_000;

/** One page. */
export interface LogPage {
  /** The page as Okta wrote it: a JSON array of events. */
  readonly text: string;
  readonly isEmpty: boolean;
  /** The path of the page after it. Okta always names one, also behind the last event; null: it did not. */
  readonly next: string | null;
  /** The org's own time; null: it did not say. */
  readonly orgNow: number | null;
}

/** The filter for events of some types; null: it would be too long. */
export function filterByType(eventTypes: readonly string[]): string | null {
  const filter = eventTypes.map((eventType) => `eventType eq "${eventType}"`).join(" or ");
  return encodeURIComponent(filter).length > MAX_FILTER_LENGTH || filter === "" ? null : filter;
}

/** The path of the first page of what was persisted since then. */
export function firstPage(since: Date, filter: string | null): string {
  const query = new URLSearchParams({
    since: since.toISOString(),
    sortOrder: "ASCENDING",
    limit: String(PAGE_SIZE),
  });
  if (filter !== null) query.set("filter", filter);
  return `/api/v1/logs?${query}`;
}

/**
 * Reads a page; of one that is too slow for Okta or too large for us, half of it.
 * @throws {OktaError} `refused` for a place that the log does not know any more, `elsewhere` for a next page on another host
 */
export async function readLogPage(org: OrgConnection, path: string): Promise<LogPage> {
  for (let asked = path; ; ) {
    try {
      return await readOnce(org, asked);
    } catch (error) {
      const half = error instanceof OktaError ? halve(asked, error.kind) : null;
      if (half === null) throw error;
      asked = half;
    }
  }
}

async function readOnce(org: OrgConnection, path: string): Promise<LogPage> {
  const { text, headers, orgNow } = await org.call({
    goal: "read the System Log",
    scope: "okta.logs.read",
    path,
  });
  const events = readJson(text, org.host);
  if (!Array.isArray(events)) {
    throw new OktaError(
      "not-okta",
      `A page of ${org.host}'s System Log is no list of events: check OKTA_ORG_URL.`,
    );
  }
  const isEmpty = events.length === 0;
  return {
    text,
    isEmpty,
    next: readNext(headers.get("link"), org, sizeOf(new URL(path, org.origin))),
    orgNow,
  };
}

/** The next page: twice as large as this one, up to Okta's largest, so that one heavy page does not keep the others small. */
function readNext(link: string | null, { host, origin }: OrgConnection, pageSize: number): string | null {
  const [, address] = /<([^<>]*)>\s*;\s*rel="?next"?/.exec(link ?? "") ?? [];
  if (address === undefined) return null;
  const url = URL.parse(address, origin);
  if (url?.origin !== origin || url.pathname !== "/api/v1/logs") {
    throw new OktaError(
      "elsewhere",
      `${host} names a next page of its System Log at ${url?.host ?? "another address"}: nothing was sent there.`,
    );
  }
  url.searchParams.set("limit", String(Math.min(PAGE_SIZE, 2 * pageSize)));
  return `${url.pathname}${url.search}`;
}

const sizeOf = (url: URL) => Number(url.searchParams.get("limit") ?? PAGE_SIZE);

/** @returns null where half of it would not help */
function halve(path: string, problem: OktaErrorKind): string | null {
  if (problem !== "too-slow" && problem !== "too-large") return null;
  const url = new URL(path, "https://org");
  const half = Math.floor(sizeOf(url) / 2);
  if (half < (problem === "too-slow" ? SMALLEST_SLOW_PAGE : 1)) return null;
  url.searchParams.set("limit", String(half));
  return `${url.pathname}${url.search}`;
}
