/** Erasing what is kept of a person. */
import { z } from "zod";
import { MIN_PERSON_LENGTH } from "../../events/forget/person.ts";
import { MAX_EVENT_TYPE_LENGTH, MAX_UUID_LENGTH } from "../../hook/keys.ts";
import { count, inputText } from "./common.ts";

const askedPerson = z.strictObject({
  ids: z.array(inputText(MAX_EVENT_TYPE_LENGTH)).max(200),
  logins: z.array(inputText(MAX_EVENT_TYPE_LENGTH)).max(200),
  names: z.array(inputText(MAX_EVENT_TYPE_LENGTH)).max(200),
});

/**
 * `POST /api/forget`: as much of what is stored as some seconds allow, from the beginning or `after` the call before. `who` is an Okta id or a login; `person` is what
 * the answer to the first call gave. Without `erase` it only counts.
 */
export const forgetBody = z.strictObject({
  who: inputText(MAX_EVENT_TYPE_LENGTH).refine(
    (who) => who.trim().length >= MIN_PERSON_LENGTH,
    `must have at least ${MIN_PERSON_LENGTH} characters`,
  ),
  person: askedPerson.optional(),
  after: inputText(MAX_UUID_LENGTH + 1)
    .nullable()
    .default(null),
  erase: z.boolean().default(false),
  alsoUnfinished: z.boolean().default(false),
});

/** `POST /api/forget`. `next` goes on as `after`; null: that was all, other texts included. */
export const forgotten = z.object({
  /** What the person is called in events. */
  person: askedPerson,
  /** Events of theirs in this part that lost their payload, or would. */
  events: count,
  /** Runs that have not finished. Their events stay unless `alsoUnfinished`. */
  unfinished: z.array(z.object({ uuid: z.string(), handler: z.string() })),
  /** Other rows that repeated the person: errors of handlers, headers, raw texts, rejected calls. */
  otherTexts: count,
  next: z.string().nullable(),
});
export type Forgotten = z.infer<typeof forgotten>;
