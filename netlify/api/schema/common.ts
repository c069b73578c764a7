/**
 * The words that the page, the CLI and the function behind `/api` share: each request and each answer, as zod schemas and
 * their types, a file for each subject. They know zod and the form of keys and names; the page takes the types alone and so
 * none of zod. This file has what they are made of: times, numbers, texts, keys and pages.
 *
 * Ids of deliveries are decimal strings (`bigint`), times ISO strings in UTC. Text of Okta's or Hookdeck's is passed on as
 * it came: whoever shows it makes it harmless. Every list is newest first, and a cursor is only good for the list it came from.
 */
import { z } from "zod";
import { HANDLER_NAME } from "../../handler-kit/handler-name.ts";
import { MAX_UUID_LENGTH } from "../../hook/delivery.ts";

/** The default and the greatest number of rows of a page. */
const PAGE_SIZE = { usual: 50, most: 100 } as const;
export const instant = z.iso.datetime();
export const count = z.number().int().min(0);

/** The store's own limits, less a day for time zones. */
const EARLIEST_MS = Date.parse("0001-01-02T00:00:00Z");
const LATEST_MS = Date.parse("9999-12-31T00:00:00Z");

/** A time as a person or a page gives it, e.g. `2026-11-02T09:30:00Z`. */
export const inputInstant = z.iso
  .datetime({ offset: true, error: "must be a time such as 2026-11-02T09:30:00Z" })
  .transform((text) => new Date(text))
  .refine(
    (at) => at.getTime() > EARLIEST_MS && at.getTime() < LATEST_MS,
    "must be a time between the years 1 and 9999",
  )
  .transform((at) => at.toISOString());

/** Text to search by: what Postgres can hold, and no longer than the columns are. */
export const inputText = (maxLength: number) =>
  z
    .string()
    .min(1, "must not be empty")
    .max(maxLength, `must not be longer than ${maxLength} characters`)
    .refine((text) => !text.includes("\0") && text.isWellFormed(), "must be well-formed text without NUL");

export const inputNumber = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}$/, `must be a whole number from 1 to ${most}`)
    .transform(Number)
    .refine((number) => number <= most, `must be a whole number from 1 to ${most}`);

export const paging = {
  cursor: z.string().max(500, "is not one of ours").optional(),
  limit: inputNumber(PAGE_SIZE.most).default(PAGE_SIZE.usual),
};

/** From (included) and to (not included), by the time Okta published the event. */
export const span = { from: inputInstant.optional(), to: inputInstant.optional() };

/** The id of a delivery. */
export const deliveryId = z.string().regex(/^[1-9]\d{0,17}$/, "must be the id of a delivery");

/** The `uuid` of an event as Okta gave it: text of up to 128 characters. */
export const eventUuid = inputText(MAX_UUID_LENGTH);
export const handlerName = z
  .string()
  .regex(HANDLER_NAME, "must be a handler's name: small letters, digits and single hyphens");
