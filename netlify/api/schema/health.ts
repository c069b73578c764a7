/** What is right and wrong: the set-up, the hook in Okta, the ledger, alerts, the database. */
import { z } from "zod";
import { count, instant } from "./common.ts";

/** How far the set-up has come, as far as the site itself knows. */
const setup = z.object({
  /** `unusable`: the settings of the endpoint are wrong; `doctor` says how. */
  secret: z.enum(["set", "missing", "unusable"]),
  /** Null: the code does not load. */
  handlers: z.array(z.string()).nullable(),
  /** The last delivery of Okta's own, direct or through Hookdeck, among the newest 1,000; null: none has come. */
  lastDeliveryAt: instant.nullable(),
});
export type Setup = z.infer<typeof setup>;

/** One hour (from `hour` on, UTC) of the System Log held against the store. */
const ledgerHour = z.object({
  hour: instant,
  /** Null: this hour was not compared (yet), or not whole. Nothing is known of it. */
  counts: z
    .object({
      /** Events in Okta's log for this hook. */
      inLog: count,
      /** Delivered by Okta, before the System Log was looked at. */
      inTime: count,
      /** Fetched from the System Log, and delivered by Okta afterwards. */
      late: count,
      /** Fetched from the System Log less than 60 minutes after it happened: Okta may deliver it still. */
      fetched: count,
      /** Fetched from the System Log; Okta did not deliver it within 60 minutes. */
      missed: count,
      /** Of a hook with a filter, and the log does not say whether it passed: left alone. */
      unknown: count,
      /** From an event's `published` to its arrival, of those that Okta delivered; null: it delivered none. */
      medianMs: z.number().nullable(),
      p95Ms: z.number().nullable(),
    })
    .nullable(),
});

/** An alert that is firing. It leaves the list when it is resolved. */
export const alert = z.object({
  id: z.string(),
  /** What is wrong. New kinds may be added: show the sentence. */
  kind: z.string(),
  since: instant,
  sentence: z.string(),
  /** What to do; null: the sentence says it. */
  fix: z.string().nullable(),
  notification: z.object({
    /** `off`: no ALERT_URL is set. `waiting`: not sent yet. `failing`: the address did not take it; it is sent again. */
    state: z.enum(["off", "waiting", "sent", "failing"]),
    /** When it was sent last. */
    notifiedAt: instant.nullable(),
    /** Why it was not taken, where it was not. */
    problem: z.string().nullable(),
    nextTryAt: instant.nullable(),
  }),
});
export type Alert = z.infer<typeof alert>;

/** `GET /api/health`: the hook in Okta, what was compared with the System Log, and what is wrong. All sentences are plain text. */
export const health = z.object({
  now: instant,
  /** The org of `OKTA_ORG_URL`; null: none is set, or it cannot be used. */
  org: z.object({ host: z.string() }).nullable(),
  /** The site's event hook as the org last showed it; null: it was not looked at yet, or may not be. */
  hook: z
    .object({
      id: z.string(),
      name: z.string(),
      active: z.boolean(),
      verified: z.boolean(),
      /** Event types with a filter: the hook gets only some of their events. */
      filtered: z.array(z.string()),
      eventTypes: z.array(z.string()),
      checkedAt: instant,
      /** Whether it gets events: ACTIVE and VERIFIED. */
      delivers: z.boolean(),
      sentence: z.string(),
      fix: z.string().nullable(),
    })
    .nullable(),
  /** The last 24 hours; null: nothing was ever compared. Hours are oldest first, the current one last. */
  ledger: z
    .object({
      sentence: z.string(),
      comparedFrom: instant,
      comparedUntil: instant,
      hours: z.array(ledgerHour),
    })
    .nullable(),
  catchUp: z.object({
    on: z.boolean(),
    /** Why it is on, off, or does not get on. */
    reason: z.string(),
    fix: z.string().nullable(),
    /** When the System Log was last looked at; null: never. */
    checkedAt: instant.nullable(),
    /** How far behind the log it is; null: not known. Okta gets 5 minutes to deliver, and catch-up runs hourly. */
    behindMs: z.number().nullable(),
  }),
  alerts: z.array(alert),
  /** The last 20 messages about alerts, the latest first. */
  alertMessages: z.array(
    z.object({
      at: instant,
      /** The `id` of its alert, which may be resolved by now. */
      alert: z.string(),
      phase: z.enum(["firing", "reminder", "resolved", "test"]),
      sentence: z.string(),
      /** The host that it was sent to. */
      sentTo: z.string(),
      /** What came back, where it was not taken; null: it was. */
      problem: z.string().nullable(),
    }),
  ),
  /** Where alerts are sent; null: `ALERT_URL` is not set. */
  alertsTo: z.object({ kind: z.enum(["slack", "teams", "webhook"]), host: z.string() }).nullable(),
  database: z.object({ answeredInMs: z.number(), sentence: z.string() }),
  setup,
});
export type Health = z.infer<typeof health>;

/** `POST /api/alerts/test`: where it was sent, and why it was not taken; null: it was. */
export const testAlertResult = z.object({ sentTo: z.string(), problem: z.string().nullable() });
export type TestAlertResult = z.infer<typeof testAlertResult>;
