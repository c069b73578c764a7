/**
 * The stand-in's System Log, as Okta's behaves: https://developer.okta.com/docs/reference/system-log-query/.
 *
 * A polling request (ascending, without `until`) gives what was persisted, in that order, and always a `next`. A bounded one
 * gives what was published in its span, in that order; what was persisted late is absent from it.
 */
import type { ApiAnswer } from "./org-state.ts";

/** An event of the System Log; a test may leave out or break whatever it likes. */
export interface LogEntry {
  readonly eventType?: string;
  readonly published?: string | null;
  readonly [part: string]: unknown;
}

interface Persisted {
  readonly entry: LogEntry;
  /** When it can be read, in milliseconds since 1970. */
  readonly at: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT_MS = 90 * DAY_MS;
const OLDEST_SINCE_MS = 180 * DAY_MS;
const MAX_LIMIT = 1000;
const DEFAULT_SPAN_MS = 7 * DAY_MS;
/** An event that is persisted this much after it was published is late. */
const LATE_MS = 30_000;

/** The log of one org. */
export class SystemLog {
  readonly #persisted: Persisted[] = [];
  /** The org's own time; unless told, that of the machine. */
  now: () => number = () => Date.now();
  /** A query for more events than this is too slow: 500 with E0000009. */
  slowAbove = Number.POSITIVE_INFINITY;
  /** A page may have fewer events than were asked for. */
  mostPerPage = MAX_LIMIT;
  /** Cursors given out before are refused from now on when this changes. */
  generation = 0;

  /** Persists events when they were published; one without a time now. */
  push(...entries: readonly LogEntry[]): void {
    for (const entry of entries) this.persist(entry, Date.parse(entry.published ?? "") || this.now());
  }

  /** Persists an event at a time, which may lie ahead: it can be read from then on. */
  persist(entry: LogEntry, at: number): void {
    const place = this.#persisted.findLastIndex((other) => other.at <= at) + 1;
    this.#persisted.splice(place, 0, { entry, at });
  }

  get length(): number {
    return this.#persisted.length;
  }

  /**
   * Answers a query.
   * @param address that of the request, whose parameters `next` repeats
   */
  answer(address: URL): ApiAnswer {
    const parameters = address.searchParams;
    const limit = Number(parameters.get("limit") ?? "100");
    if (!Number.isInteger(limit) || limit < 0 || limit > MAX_LIMIT) return refused("limit");
    if (limit > this.slowAbove) return slow;
    const until = parameters.get("until");
    const descending = parameters.get("sortOrder") === "DESCENDING";
    const wanted = readFilter(parameters.get("filter"));
    if (wanted === null) return refused("filter", "E0000031");
    const since = Date.parse(parameters.get("since") ?? "") || this.now() - DEFAULT_SPAN_MS;
    if (this.now() - since > OLDEST_SINCE_MS) return refused("since");
    const matching = this.#persisted
      .map((persisted, place) => ({ ...persisted, place }))
      .filter(({ at }) => at <= this.now())
      .filter(({ at }) => at >= since && at > this.now() - KEPT_MS)
      .filter(({ entry }) => wanted(entry.eventType ?? ""));
    if (until !== null || descending) {
      const end = Date.parse(until ?? "") || Number.POSITIVE_INFINITY;
      const publishedAt = ({ entry }: Persisted) => Date.parse(entry.published ?? "") || 0;
      const isLate = (one: Persisted) => publishedAt(one) > 0 && one.at - publishedAt(one) > LATE_MS;
      const body = matching
        .filter((one) => publishedAt(one) < end && !isLate(one))
        .sort((one, other) => publishedAt(one) - publishedAt(other));
      const ordered = descending ? body.reverse() : body;
      return { status: 200, body: ordered.slice(0, limit).map(({ entry }) => entry) };
    }
    const after = readCursor(parameters.get("after"), this.generation);
    if (after === null) return refused("after", "E0000031");
    // What is persisted at a time that has gone by moves nobody's place: a place is a moment and a number in it.
    const left = matching.filter(
      ({ at, place }) => at > after.at || (at === after.at && place > after.place),
    );
    const page = left.slice(0, Math.min(limit, this.mostPerPage));
    const last = page.at(-1) ?? after;
    const next = new URL(address);
    next.searchParams.set("after", writeCursor(last, this.generation));
    return {
      status: 200,
      body: page.map(({ entry }) => entry),
      headers: { link: `<${address}>; rel="self", <${next}>; rel="next"` },
    };
  }
}

interface Place {
  readonly at: number;
  readonly place: number;
}

/** Opaque to whoever gets it. */
function writeCursor({ at, place }: Place, generation: number): string {
  return Buffer.from(`${generation}/${at}/${place}`).toString("base64url");
}

function readCursor(text: string | null, generation: number): Place | null {
  if (text === null) return { at: Number.NEGATIVE_INFINITY, place: -1 };
  const [given, at, place] = Buffer.from(text, "base64url").toString().split("/");
  if (given !== String(generation) || place === undefined) return null;
  return { at: Number(at), place: Number(place) };
}

/** `eventType eq "a" or eventType eq "b"`, which is all that is asked here. */
function readFilter(filter: string | null): ((eventType: string) => boolean) | null {
  if (filter === null) return () => true;
  const types = filter.split(" or ").map((part) => /^eventType eq "([^"]*)"$/.exec(part)?.[1]);
  return types.includes(undefined) ? null : (eventType) => types.includes(eventType);
}

const slow: ApiAnswer = {
  status: 500,
  body: {
    errorCode: "E0000009",
    errorSummary: "Internal Server Error",
    errorLink: "E0000009",
    errorId: "oae1",
  },
};

function refused(field: string, errorCode = "E0000053"): ApiAnswer {
  return { status: 400, body: { errorCode, errorSummary: `Invalid parameter: ${field}`, errorId: "oae1" } };
}
