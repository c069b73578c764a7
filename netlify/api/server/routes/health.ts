/** `GET /api/health`: the hook in Okta, what was compared with the System Log, and what is wrong. */
import {
  type AlertMessage,
  listAlerts,
  listMessages,
  type StoredAlert,
} from "../../../alerts/alert-store.ts";
import {
  type LedgerHour,
  ledgerHours,
  ledgerSentence,
  ledgerSpan,
} from "../../../catch-up/describe-ledger.ts";
import { type CatchUpState, readCached, readSaved } from "../../../catch-up/state.ts";
import type { Database } from "../../../events/database/database.ts";
import { medianDelayMs, readHours } from "../../../events/ledger/read-hours.ts";
import { findLastDelivery } from "../../../events/queries/deliveries.ts";
import { diagnoseHook } from "../../../okta/diagnose-hook.ts";
import type { AlertSettings } from "../../../settings/alert-settings.ts";
import type { CatchUpSettings } from "../../../settings/catch-up-settings.ts";
import { SettingsError } from "../../../settings/environment.ts";
import type { Alert, Health, Setup } from "../../schema/health.ts";
import type { ApiContext } from "../api-context.ts";
import { loadHandlers } from "../load-handlers.ts";
import { json } from "../reply.ts";
import { defineRoute } from "./route.ts";

export const healthRoute = defineRoute({
  method: "GET",
  path: "health",
  async answer({ context }) {
    return json((await examineHealth(context)) satisfies Health);
  },
});

async function serializeSetup(context: ApiContext): Promise<Setup> {
  const lastDeliveryAt = await findLastDelivery(context.database);
  const { handlers } = await loadHandlers(context);
  return {
    secret: secretOf(context),
    handlers: handlers?.map(({ name }) => name) ?? null,
    lastDeliveryAt: lastDeliveryAt?.toISOString() ?? null,
  };
}

function secretOf({ readHookSettings }: ApiContext): Setup["secret"] {
  try {
    return readHookSettings().secrets.length > 0 ? "set" : "missing";
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return "unusable";
  }
}

async function examineHealth(context: ApiContext): Promise<Health> {
  const { database, now } = context;
  const catchUp = context.readCatchUpSettings();
  const alertsTo = readAlertsTo(context);
  const host = catchUp.org === null ? null : new URL(catchUp.org.orgUrl).host;
  const askedAt = performance.now();
  const alerts = await listAlerts(database);
  const messages = await listMessages(database);
  const answeredInMs = Math.round(performance.now() - askedAt);
  const state = host === null ? undefined : await readState(context, host);
  return {
    now: now.toISOString(),
    org: host === null ? null : { host },
    hook: state === undefined ? null : serializeHook(state),
    ledger: state === undefined || host === null ? null : await serializeLedger(database, host, state, now),
    catchUp: serializeCatchUp(catchUp, state, now),
    alerts: alerts.map((alert) => serializeAlert(alert, alertsTo !== null)),
    alertMessages: messages.map(serializeMessage),
    alertsTo: alertsTo && { kind: alertsTo.kind, host: new URL(alertsTo.url).host },
    database: { answeredInMs, sentence: `The database answered in ${answeredInMs} ms.` },
    setup: await serializeSetup(context),
  };
}

async function readState(
  { openCache, database }: ApiContext,
  host: string,
): Promise<CatchUpState | undefined> {
  const state = (await readCached(openCache(), host)) ?? (await readSaved(database, host));
  return state === "unreadable" ? undefined : state;
}

/** An address that cannot be used is an alert of its own; here it counts as none. */
function readAlertsTo({ readAlertSettings }: ApiContext): AlertSettings | null {
  try {
    return readAlertSettings();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return null;
  }
}

function serializeHook({ hooks, hooksCheckedAt }: CatchUpState): Health["hook"] {
  const hook = hooks?.find(({ active, verified }) => active && verified) ?? hooks?.[0];
  if (hook === undefined || hooksCheckedAt === null) return null;
  const { delivers, sentence, fix } = diagnoseHook(hook);
  const { id, name, active, verified, filtered, eventTypes } = hook;
  return {
    id,
    name,
    active,
    verified,
    filtered,
    eventTypes,
    checkedAt: hooksCheckedAt,
    delivers,
    sentence: `${sentence}.`,
    fix,
  };
}

async function serializeLedger(
  database: Database,
  host: string,
  { comparedFrom, comparedUntil }: CatchUpState,
  now: Date,
): Promise<Health["ledger"]> {
  const span = ledgerSpan(now);
  const compared = { from: new Date(comparedFrom), until: new Date(comparedUntil), now };
  const hours = ledgerHours(await readHours(database, host, span), compared);
  return {
    sentence: ledgerSentence(hours, await medianOf(database, host, hours)),
    comparedFrom,
    comparedUntil,
    hours: hours.map(({ hour, sums }) => ({ hour: hour.toISOString(), counts: sums })),
  };
}

/** Of the hours that were compared, which follow each other. */
async function medianOf(
  database: Database,
  host: string,
  hours: readonly LedgerHour[],
): Promise<number | null> {
  const compared = hours.filter(({ sums }) => sums !== null);
  const [first] = compared;
  const last = compared.at(-1);
  if (first === undefined || last === undefined) return null;
  return await medianDelayMs(database, host, { from: first.hour, to: new Date(last.hour.getTime() + 1) });
}

function serializeCatchUp(
  settings: CatchUpSettings,
  state: CatchUpState | undefined,
  now: Date,
): Health["catchUp"] {
  const checkedAt = state?.lookedAt ?? null;
  const behindMs =
    state === undefined
      ? null
      : Math.max(0, now.getTime() - state.clockErrorMs - Date.parse(state.comparedUntil));
  if (!settings.on) {
    return { on: false, reason: settings.reason, fix: settings.fix, checkedAt, behindMs: null };
  }
  const reason =
    state === undefined
      ? "Catch-up is on, and has not looked at the System Log yet: the sweep does, within the hour."
      : (state.problem?.sentence ?? "Catch-up is on.");
  return { on: true, reason, fix: null, checkedAt, behindMs };
}

function serializeAlert(
  { since, notifiedAt, problem, nextTryAt, ...alert }: StoredAlert,
  sends: boolean,
): Alert {
  const state = !sends ? "off" : problem !== null ? "failing" : notifiedAt === null ? "waiting" : "sent";
  return {
    ...alert,
    since: since.toISOString(),
    notification: {
      state,
      notifiedAt: notifiedAt?.toISOString() ?? null,
      problem,
      nextTryAt: state === "failing" ? nextTryAt.toISOString() : null,
    },
  };
}

function serializeMessage({ alertId, sentAt, ...message }: AlertMessage): Health["alertMessages"][number] {
  return { ...message, alert: alertId, at: sentAt.toISOString() };
}
