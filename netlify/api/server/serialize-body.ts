/** A body that was put together again, in the contract's words. */
import type { StoredBody } from "../../events/queries/find-body.ts";
import type { DeliveryBody } from "../schema/deliveries.ts";

/** A function's answer holds 6 MB at most (Netlify); a character has up to three bytes in it. */
const MAX_CHARACTERS = 1_500_000;

/** Tells a part of the body, from a character on. */
export function serializeBody(body: StoredBody, from: number): DeliveryBody {
  const { text } = body;
  const end = from + MAX_CHARACTERS;
  return {
    text: text === null ? null : text.slice(from, end),
    next: text !== null && text.length > end ? end : null,
    note: noteOf(body),
  };
}

function noteOf({ text, isFromSystemLog, missing, firstCopies }: StoredBody): string | null {
  if (isFromSystemLog) return "There was no call: the events were fetched from Okta's System Log.";
  if (text === null) return "The text around its events named a person who was forgotten.";
  const parts = [
    missing > 0 ? `${count(missing)} left out, because nothing is stored of it any more` : null,
    firstCopies > 0 ? `${count(firstCopies)} shown as first received, because it came before` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : `Of its events ${parts.join(" and ")}.`;
}

function count(events: number): string {
  return events === 1 ? "1 is" : `${events} are`;
}
