/**
 * The age at which an event is recorded but queued for no handler. A `uuid` is remembered for this many days after its event
 * was published (`work/queue/forget-old-events.ts`); a captured call that somebody sends again after that would look new.
 *
 * Okta delivers within minutes and retries once, and its System Log goes back 90 days, so no real event is that old. Only the
 * sample data of a Preview may be: Okta does not say what time it carries. It names nobody, so it is let through.
 */

/** In days. */
export const REMEMBERED_DAYS = 90;

/** What the age of an event is judged by. */
export interface EventAge {
  readonly published: Date;
  readonly receivedAt: Date;
  /** Whether the event has an actor or a target. */
  readonly namesSomebody: boolean;
}

/** Whether an event was published so long before it came that its `uuid` may have been forgotten in between. */
export function publishedTooLongAgo({ published, receivedAt, namesSomebody }: EventAge): boolean {
  const ageMs = receivedAt.getTime() - published.getTime();
  return namesSomebody && ageMs > REMEMBERED_DAYS * 86_400_000;
}
