/** Fetching from Okta's System Log what is missing here. */
import { z } from "zod";
import { MAX_EVENT_TYPE_LENGTH } from "../../hook/delivery.ts";
import { count, inputInstant, inputText, instant } from "./common.ts";

/**
 * `POST /api/catch-up`: fetches from Okta's System Log what is missing here, a slice at a time: ask again with the `cursor` of the
 * answer until it is null. `dry-run` records nothing, `record` runs no handler, `run` runs them.
 */
export const catchUpBody = z.strictObject({
  since: inputInstant,
  types: z.array(inputText(MAX_EVENT_TYPE_LENGTH)).min(1).max(300, "must not be more than 300").optional(),
  mode: z.enum(["dry-run", "record", "run"]),
  cursor: z.string().max(8_000, "is not one of ours").optional(),
});
export type CatchUpBody = z.input<typeof catchUpBody>;

/** `POST /api/catch-up`: what a slice came to. `inLog` is the sum of `here`, `recorded` and `left`. */
export const catchUpSlice = z.object({
  /** The org's host. */
  org: z.string(),
  /** Events of the log that are for our hook. */
  inLog: count,
  here: count,
  recorded: count,
  /** Missing, but only looked at; or younger than 5 minutes, since Okta may deliver them still; or without a `uuid`. */
  left: count,
  /** Of a hook with a filter, and the log does not say whether it let them pass. */
  unknown: count,
  /** How far into the log it came; null: there is nothing since then. */
  until: instant.nullable(),
  /** Null: that was all. */
  cursor: z.string().nullable(),
});
export type CatchUpSlice = z.infer<typeof catchUpSlice>;
