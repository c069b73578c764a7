/** A body that was put together again, in the contract's words. */
import type { BodyDoubt, StoredBody } from "../../events/queries/find-body.ts";
import type { DeliveryBody } from "../schema/deliveries.ts";

/** A function's answer holds 6 MB at most (Netlify); a character has up to three bytes in it. */
const MAX_CHARACTERS = 1_500_000;

/** Tells a part of the body, from a character on. */
export function serializeBody({ text, asItCame, doubts }: StoredBody, from: number): DeliveryBody {
  const end = from + MAX_CHARACTERS;
  return {
    text: text === null ? null : text.slice(from, end),
    next: text !== null && text.length > end ? end : null,
    asItCame,
    reasons: doubts.map(sentence),
  };
}

function sentence(doubt: BodyDoubt): string {
  switch (doubt.kind) {
    case "no-call":
      return "There was no call: the events were fetched from Okta's System Log.";
    case "hash-not-kept":
      return "It came to a version that kept no SHA-256 of it, so nothing can prove it.";
    case "hash-taken-away":
      return "Its SHA-256 went with what was forgotten of it: a person's events, or payloads past their retention.";
    case "envelope-forgotten":
      return "The text around its events named a person who was forgotten.";
    case "payloads-gone":
      return `${events(doubt.count)} left out: past the retention, or about a person who was forgotten.`;
    case "too-large":
      return `${events(doubt.count)} left out: the first copies of what came again are too large together.`;
    case "first-copies":
      return `${events(doubt.count)} here as first received: an event that comes again is not stored again, and this call may have written it differently.`;
    case "unreadable-without-places":
      return "Only the first 100 unreadable events have their places; the others stand together.";
    case "gaps-not-kept":
      return "The white space between more than 1,000 events is kept only where it is the same everywhere.";
    case "not-utf-8":
      return "Some of its bytes were not UTF-8: they were replaced by \uFFFD when it was read.";
    case "unexplained":
      return "What is stored does not give the bytes that came, and nothing stored says why.";
  }
}

function events(count: number): string {
  return count === 1 ? "1 event is" : `${count} events are`;
}
