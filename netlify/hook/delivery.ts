/**
 * One delivery, read: what a POST of Okta's carried, ready to be recorded, shown and handled.
 *
 * A delivery is one call; it carries events. `eventId` names the delivery, `uuid` names an event
 * (https://developer.okta.com/docs/concepts/event-hooks/#delivery-of-event-objects).
 */
import type { LogEvent } from "./log-event.ts";

/** Of `uuid`, in UTF-16 units. Okta's are 36 characters. An event with a longer one is unreadable. */
export const MAX_UUID_LENGTH = 128;

/** Of `eventType`, and of the other texts that the store searches by. */
export const MAX_EVENT_TYPE_LENGTH = 256;

/** How a delivery came to us. */
export type Origin =
  | { readonly by: "okta" }
  | {
      readonly by: "hookdeck";
      readonly eventId: string;
      readonly attempt: number;
      readonly url: string | null;
    }
  /** `npm run hook -- preview`. */
  | { readonly by: "preview" }
  /** Fetched from the org's System Log: Okta did not deliver it, or not yet. */
  | { readonly by: "system-log" };

/** An event that has what a row of its own needs: `uuid`, `eventType` and a `published` that is a time. */
export interface ReadableEvent {
  /** Its place in `data.events`, from 0. */
  readonly position: number;
  /** The event exactly as it was written in the body: number text, escapes and white space included. */
  readonly json: string;
  /** The event for handlers: every documented field has its documented type or is absent. */
  readonly event: LogEvent;
  /** `event.published` as an instant. */
  readonly published: Date;
  /** What departed from Okta's documented shape: a path and what was expected there, never a value. */
  readonly schemaDeviations: readonly string[];
}

/** An event that cannot have a row of its own. It is kept raw with its delivery; what is too many is kept as one text. */
export interface UnreadableEvent {
  /** Its place in `data.events`, from 0; the first one's where `json` holds several. */
  readonly position: number;
  /** The event exactly as it was written in the body, or several with commas between them. */
  readonly json: string;
  /** How many events `json` holds. */
  readonly count: number;
  /** Why it cannot have a row, e.g. `["uuid: is missing"]`. Never a value. */
  readonly problems: readonly string[];
}

/** What one accepted POST carried. */
export interface Delivery {
  readonly receivedAt: Date;
  readonly origin: Origin;
  /** The call's headers in lower case; secrets, signatures and cookies are replaced by `[redacted]`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text, exactly as it came. */
  readonly body: string;
  /** The body without its events: what stands before the first and after the last, as it was written. */
  readonly envelope: string;
  /** Okta's id of this delivery, if it gave one. */
  readonly eventId: string | null;
  /** The event hook that sent it: the last part of the envelope's `source`. */
  readonly hookId: string | null;
  readonly events: readonly ReadableEvent[];
  readonly unreadable: readonly UnreadableEvent[];
  /** Where the envelope departed from Okta's documents: a path and what was expected there, never a value. */
  readonly schemaDeviations: readonly string[];
}

/** How many unreadable events these hold. */
export function countUnreadable(unreadable: readonly UnreadableEvent[]): number {
  return unreadable.reduce((sum, { count }) => sum + count, 0);
}
