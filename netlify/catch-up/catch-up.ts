/**
 * Catch-up: events of Okta's System Log that are for our hook and not in the store are recorded, and their handlers run. The sweep does it
 * once an hour. When nothing is new it makes at most three requests to Okta, and no statement.
 */

import { findHookIds, findLastPublished } from "../events/ledger/find-in-store.ts";
import { settleHours } from "../events/ledger/settle-hours.ts";
import { connectOrg, type OrgConnection } from "../okta/call-org.ts";
import { OktaError } from "../okta/okta-error.ts";
import { type CatchUpContext, LogReader, MAX_LOOKBACK_MS, readOrgTime } from "./log-reader.ts";
import { chooseOurHooks, readOrgHooks, SCOPES, subscriptionOf } from "./our-hooks.ts";
import {
  addFailures,
  type CatchUpState,
  expireFailures,
  newer,
  problemOf,
  readCached,
  readSaved,
  save,
  writeCached,
} from "./state.ts";

/** The result of one catch-up. */
export interface CatchUpResult {
  readonly outcome: "began" | "looked" | "stopped";
  /** Events of the log that were for our hook, and those of them that were recorded now. */
  readonly inLog: number;
  readonly recorded: number;
  /** Events that had to be kept raw. */
  readonly unreadable: number;
  readonly state: CatchUpState;
  /** Events of the hours just summed that Okta did not deliver within the hour. */
  readonly missed: number;
  /** Whether the database was asked, and whether it has this state. */
  readonly askedDatabase: boolean;
  readonly saved: boolean;
}

/**
 * Reads the log on, for as long as there is time.
 * @returns "stopped" with `state.problem` where Okta refused or failed; the cursor stays
 * @throws {DatabaseError}
 */
export async function catchUp(context: CatchUpContext): Promise<CatchUpResult> {
  const { settings, database, clock, cache } = context;
  const host = new URL(settings.orgUrl).host;
  const cached = await readCached(cache, host);
  const lasting = cached === undefined ? await readSaved(database, host) : undefined;
  const known = newer(cached, lasting === "unreadable" ? await restart(context) : lasting);
  const org = connectOrg(
    settings,
    { clock, fetch: context.fetch, onWait: () => {}, deadline: context.deadline },
    { scopes: scopeChoices(known), nonce: known?.signIn?.nonce ?? null },
  );
  const reader = new LogReader(context, org, host);
  const read = await readLog(context, { org, reader, known });
  const now = new Date(clock.now());
  let state: CatchUpState = {
    ...read.state,
    lookedAt: now.toISOString(),
    clockErrorMs: reader.orgNow === undefined ? read.state.clockErrorMs : now.getTime() - reader.orgNow,
    savedAt: now.toISOString(),
    signIn: { ...org.signIn.learned(), scopes: [...org.signIn.learned().scopes] },
    failures:
      reader.failures.length > 0
        ? addFailures(read.state, reader.failures, now.toISOString())
        : expireFailures(read.state, clock),
    problem: problemOf(read.state, read.problem, reader.orgNow, now.getTime()),
  };
  let missed = 0;
  const isAwake = reader.askedDatabase || state.waiting;
  if (isAwake) {
    const orgNow = new Date(reader.orgNow ?? clock.now());
    const settled = await settleHours(database, host, orgNow, () => clock.now() < context.deadline);
    missed = settled.missed;
    state = { ...state, waiting: settled.waiting, hookIds: [...(await findHookIds(database))] };
    await save(database, host, state);
  }
  await writeCached(cache, host, state);
  const { inLog, recorded, unreadable } = reader;
  return {
    outcome: read.problem !== undefined ? "stopped" : read.began ? "began" : "looked",
    inLog,
    recorded,
    unreadable,
    state,
    missed,
    askedDatabase: cached === undefined || read.askedDatabase || isAwake,
    saved: isAwake,
  };
}

/** How far reading came. */
interface LogReading {
  /** As far as it came. */
  readonly state: CatchUpState;
  /** Why it stopped; undefined: it did not. */
  readonly problem: OktaError | undefined;
  /** Whether this is where catch-up begins. */
  readonly began: boolean;
  readonly askedDatabase: boolean;
}

/** Asks the org for its hooks, then reads the log from where it was left. */
async function readLog(
  context: CatchUpContext,
  {
    org,
    reader,
    known,
  }: { readonly org: OrgConnection; readonly reader: LogReader; readonly known: CatchUpState | undefined },
): Promise<LogReading> {
  const { database, clock, listened } = context;
  // If every try so far failed before it knew the hook, catch-up has not begun.
  const began = known === undefined || Object.keys(known.types).length === 0;
  let state = known ?? initialState(new Date(clock.now()));
  let askedDatabase = false;
  try {
    const seen = await readOurHooks(context, org, state);
    askedDatabase = seen.askedDatabase;
    const orgNow = new Date(readOrgTime(seen.orgNow, clock, org.host));
    const now = new Date(clock.now()).toISOString();
    state = {
      ...(began ? { ...initialState(orgNow), problem: state.problem } : state),
      hooks: seen.hooks,
      hooksCheckedAt: seen.hooks && now,
      hookIds: [...seen.hookIds],
    };
    refuseForeign(state, org.host);
    const subscription = subscriptionOf(seen.hooks, listened);
    const types = { ...state.types };
    for (const eventType of subscription.eventTypes) types[eventType] ??= orgNow.toISOString();
    const isNew = Object.keys(types).length > Object.keys(state.types).length || known === undefined;
    state = { ...state, types, savedAt: now };
    if (isNew) {
      // Since when a type is caught up cannot be found out again: it must not be lost with the cache.
      await save(database, org.host, state);
      askedDatabase = true;
    }
    state = await reader.readOn(state, subscription);
    return { state, problem: undefined, began, askedDatabase };
  } catch (error) {
    if (!(error instanceof OktaError)) throw error;
    return { state: reader.state ?? state, problem: error, began, askedDatabase };
  }
}

/** @throws {OktaError} where deliveries came from a hook that is none of the org's */
function refuseForeign({ hooks, hookIds }: Pick<CatchUpState, "hooks" | "hookIds">, host: string): void {
  const [foreign] = hooks?.length === 0 ? hookIds : [];
  if (foreign === undefined) return;
  throw new OktaError(
    "not-found",
    `Deliveries came from the event hook ${foreign}, and ${host} has none that leads here: is OKTA_ORG_URL another org's, or was the hook deleted? Nothing is fetched until ${host} has one: npm run hook -- okta create`,
  );
}

/** The org's hooks where it shows them to us. */
async function readOurHooks({ database, siteUrl }: CatchUpContext, org: OrgConnection, state: CatchUpState) {
  const { hooks, orgNow } = await readOrgHooks(org);
  if (hooks === null) return { hooks, orgNow, hookIds: state.hookIds, askedDatabase: false };
  // The store knows which hooks delivered. It is queried at first, and whenever the database is awake.
  const askedDatabase = state.hooks === null;
  const hookIds = askedDatabase ? await findHookIds(database) : state.hookIds;
  return { hooks: chooseOurHooks(hooks, { hookIds, siteUrl }), orgNow, hookIds, askedDatabase };
}

/** Catch-up begins when it is switched on. For what was before there is the command. */
function initialState(now: Date): CatchUpState {
  const at = now.toISOString();
  return {
    savedAt: at,
    cursor: null,
    filter: null,
    comparedFrom: at,
    comparedUntil: at,
    clockErrorMs: 0,
    lookedAt: at,
    hooks: null,
    hooksCheckedAt: null,
    hookIds: [],
    types: {},
    failures: null,
    problem: null,
    waiting: false,
    signIn: null,
  };
}

/** The saved state is of another version and cannot be read: catch-up goes on from the last event that is stored, a week back at most. */
async function restart({ database, clock, listened }: CatchUpContext): Promise<CatchUpState> {
  const last = await findLastPublished(database);
  const from = new Date(Math.max(last?.getTime() ?? clock.now(), clock.now() - MAX_LOOKBACK_MS));
  const types = Object.fromEntries(listened.map((eventType) => [eventType, from.toISOString()]));
  return { ...initialState(from), types };
}

/** The scopes that were granted last time are tried first. */
function scopeChoices(known: CatchUpState | undefined): readonly (readonly string[])[] {
  const granted = known?.signIn?.scopes ?? [];
  return granted.length === 0 ? SCOPES : [granted, ...SCOPES];
}
