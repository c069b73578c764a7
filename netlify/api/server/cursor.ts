/** Cursors: the place where a page of a list ended, as an opaque text. One that comes back is checked like any input. */
import { z } from "zod";
import type { EventPlace } from "../../events/queries/list-events.ts";
import type { FeedPlace } from "../../events/queries/list-feed.ts";
import type { FailingPlace } from "../../events/work/queue/failing-runs.ts";
import { deliveryId, eventUuid, handlerName } from "../schema/common.ts";
import { fingerprint } from "../schema/failing.ts";
import { type ProblemReply, problem } from "./reply.ts";

const eventPlace = z.tuple([z.iso.datetime().refine(isOrdinary), eventUuid]);
const feedPlace = z.tuple([deliveryId, deliveryId]);
const failingPlace = z.tuple([
  z.enum(["dead", "retrying"]),
  handlerName,
  fingerprint,
  z.iso.datetime().refine(isOrdinary),
  eventUuid,
]);

/** A cursor that was not given is the beginning; one that is not ours is refused. */
export type CursorReading<Place> =
  | { readonly kind: "place"; readonly place: Place | undefined }
  | ProblemReply;

export function writeEventCursor(place: EventPlace | null): string | null {
  return place && write([place.published, place.uuid]);
}

export function readEventCursor(cursor: string | undefined): CursorReading<EventPlace> {
  return read(cursor, eventPlace, ([published, uuid]) => ({ published, uuid }));
}

export function writeFailingCursor(place: FailingPlace | null): string | null {
  return place && write([place.state, place.handler, place.fingerprint, place.since, place.uuid]);
}

export function readFailingCursor(cursor: string | undefined): CursorReading<FailingPlace> {
  return read(cursor, failingPlace, ([state, handler, kind, since, uuid]) => ({
    ...{ state, handler, since, uuid },
    fingerprint: kind,
  }));
}

export function writeFeedCursor(place: FeedPlace | null): string | null {
  return place && write([place.delivery, place.rejection]);
}

export function readFeedCursor(cursor: string | undefined): CursorReading<FeedPlace> {
  return read(cursor, feedPlace, ([delivery, rejection]) => ({ delivery, rejection }));
}

/** What a token of `/api/changes` says: the last delivery and the last rejection that were told, and when. */
export interface ChangesPosition {
  readonly delivery: string;
  readonly rejection: string;
  readonly at: Date;
}

export function writeToken({ delivery, rejection, at }: ChangesPosition): string {
  return `d${delivery}r${rejection}t${at.getTime()}`;
}

export function readToken(token: string | undefined): CursorReading<ChangesPosition> {
  if (token === undefined) return { kind: "place", place: undefined };
  const [, delivery, rejection, at] = /^d(0|[1-9]\d{0,17})r(0|[1-9]\d{0,17})t(\d{1,13})$/.exec(token) ?? [];
  if (delivery === undefined || rejection === undefined) return notOurs("after");
  return { kind: "place", place: { delivery, rejection, at: new Date(Number(at)) } };
}

function write(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

function read<Parts, Place>(
  cursor: string | undefined,
  schema: z.ZodType<Parts>,
  place: (parts: Parts) => Place,
): CursorReading<Place> {
  if (cursor === undefined) return { kind: "place", place: undefined };
  try {
    const parts = schema.safeParse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    return parts.success ? { kind: "place", place: place(parts.data) } : notOurs("cursor");
  } catch {
    // Not JSON: made up or cut off.
    return notOurs("cursor");
  }
}

function notOurs(name: string): ProblemReply {
  const words = `${name}: is none that was given out here`;
  return problem(400, `The call cannot be understood: ${words}. Leave it out to begin with the newest.`, {
    errors: [words],
  });
}

/** Within the years that Postgres and JavaScript both write with four digits. */
function isOrdinary(time: string): boolean {
  return !time.startsWith("0000");
}
