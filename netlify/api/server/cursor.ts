/** Cursors: the place where a page of a list ended, as an opaque text. One that comes back is checked like any input. */
import { z } from "zod";
import type { EventPlace } from "../../events/queries/list-events.ts";
import type { FeedPlace } from "../../events/queries/list-feed.ts";
import type { FailingPlace } from "../../events/work/queue/failing-runs.ts";
import { deliveryId, eventUuid, handlerName } from "../schema/common.ts";
import { fingerprint } from "../schema/failing.ts";

const NOT_OURS = "is none that was given out here: leave it out to begin with the newest";

const text = z.string().max(500, NOT_OURS);
/** Within the years that Postgres and JavaScript both write with four digits. */
const ordinaryTime = z.iso.datetime().refine((time) => !time.startsWith("0000"));

/** A cursor as it comes back in a query. */
const cursor = <Place>(parts: z.ZodType<Place>) =>
  text
    .transform((given, context): Place => {
      const place = parts.safeParse(parse(given));
      if (place.success) return place.data;
      context.addIssue({ code: "custom", message: NOT_OURS });
      return z.NEVER;
    })
    .optional();

const eventPlace = z
  .tuple([ordinaryTime, eventUuid])
  .transform(([published, uuid]): EventPlace => ({ published, uuid }));
const feedPlace = z
  .tuple([deliveryId, deliveryId])
  .transform(([delivery, rejection]): FeedPlace => ({ delivery, rejection }));
const failingPlace = z
  .tuple([z.enum(["dead", "retrying"]), handlerName, fingerprint, ordinaryTime, eventUuid])
  .transform(
    ([state, handler, kind, since, uuid]): FailingPlace => ({
      ...{ state, handler, since, uuid },
      fingerprint: kind,
    }),
  );

export const eventCursor = cursor(eventPlace);
export const failingCursor = cursor(failingPlace);
/** Of the list of deliveries: with a filter it is a list of events. */
export const deliveryCursor = cursor(z.union([feedPlace, eventPlace]));

export function writeEventCursor(place: EventPlace | null): string | null {
  return place && write([place.published, place.uuid]);
}

export function writeFailingCursor(place: FailingPlace | null): string | null {
  return place && write([place.state, place.handler, place.fingerprint, place.since, place.uuid]);
}

export function writeFeedCursor(place: FeedPlace | null): string | null {
  return place && write([place.delivery, place.rejection]);
}

/** What a token of `/api/changes` holds: the last delivery and the last rejection that were listed, and when. */
export interface ChangesPosition {
  readonly delivery: string;
  readonly rejection: string;
  readonly at: Date;
}

export function writeToken({ delivery, rejection, at }: ChangesPosition): string {
  return `d${delivery}r${rejection}t${at.getTime()}`;
}

/** A token as it comes back. */
export const changesToken = text
  .regex(/^d(?:0|[1-9]\d{0,17})r(?:0|[1-9]\d{0,17})t\d{1,13}$/, NOT_OURS)
  .transform((token): ChangesPosition => {
    const [delivery = "", rejection = "", at] = token.slice(1).split(/[rt]/);
    return { delivery, rejection, at: new Date(Number(at)) };
  })
  .optional();

function write(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

function parse(given: string): unknown {
  try {
    return JSON.parse(Buffer.from(given, "base64url").toString());
  } catch {
    // Not JSON: made up or cut off. It has no place either.
    return undefined;
  }
}
