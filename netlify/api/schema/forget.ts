/** Erasing what is kept of a person. */
import { z } from "zod";
import { MAX_EVENT_TYPE_LENGTH } from "../../hook/delivery.ts";
import { count, inputText } from "./common.ts";

/**
 * `POST /api/forget`: as much of what is stored as some seconds allow, from the beginning or `after` the call before. `who` is an Okta
 * id or a login. Without `erase` it only counts.
 */
export const forgetBody = z.strictObject({
  who: inputText(MAX_EVENT_TYPE_LENGTH).transform((who) => who.trim()),
  after: inputText(300).nullable().default(null),
  erase: z.boolean().default(false),
  alsoUnfinished: z.boolean().default(false),
});

const texts = z.array(z.string()).readonly();

/** `POST /api/forget`. `next` goes on as `after`; null: that was all, other texts included. */
export const forgotten = z.object({
  /** What the person is called in events; null: their events are gone already. */
  person: z.object({ ids: texts, logins: texts, names: texts, sharedLogins: texts }).nullable(),
  /** Events of theirs in this part that would lose their payload; with `erase`, those that lost it. */
  events: count,
  /** Whose the events are that go: a login, with the name and the id of its user. */
  owners: z.array(z.object({ owner: z.string(), events: count })).readonly(),
  /** Runs that have not finished. Until they have, their events stay, unless `alsoUnfinished`. */
  unfinished: z.array(z.object({ uuid: z.string(), handler: z.string() })).readonly(),
  /** Other rows that repeated the person: errors of handlers, headers, raw texts, rejected calls. */
  otherTexts: count,
  next: z.string().nullable(),
});
export type Forgotten = z.infer<typeof forgotten>;
