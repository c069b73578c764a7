/** What a text may mean: the find box, and the beginning of a `uuid`. */
import { z } from "zod";
import { MAX_EVENT_TYPE_LENGTH } from "../../hook/delivery.ts";
import { deliveryId, eventUuid, inputText, instant } from "./common.ts";
import { eventSummary } from "./events.ts";

/** `GET /api/event-uuids?prefix=`. */
export const eventUuidsQuery = z.strictObject({ prefix: eventUuid });

/** A shorter text matches a whole `uuid` only: a slip of the finger should not match an event. */
export const MIN_UUID_PREFIX_LENGTH = 4;

/** `GET /api/find?text=`: the beginning of a `uuid`, a delivery's number or id, or the beginning of a login, an id or an event type. */
export const findQuery = z.strictObject({ text: inputText(MAX_EVENT_TYPE_LENGTH) });

/** `GET /api/event-uuids`: the first five that begin like this, in their order; of fewer than four characters the one that is this. */
export const eventUuids = z.object({ uuids: z.array(z.string()) });
export type EventUuids = z.infer<typeof eventUuids>;

/** `GET /api/find?text=`: what the text may mean, as far as an index knows it. */
export const findResult = z.object({
  /** The events whose `uuid` begins so. Five at most. */
  events: z.array(eventSummary),
  /** The delivery whose number it is; or, of the latest 2,000, whose id at Okta or at Hookdeck. */
  delivery: z.object({ id: deliveryId, receivedAt: instant }).nullable(),
  /** Ids and logins that begin so: of who did something, and to whom something was done. Five of each at most. */
  actors: z.array(z.string()),
  targets: z.array(z.string()),
  /** Event types that begin so and have events here. Ten at most. */
  types: z.array(z.string()),
});
export type FindResult = z.infer<typeof findResult>;
