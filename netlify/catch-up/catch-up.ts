/**
 * Catch-up: events of Okta's System Log that are for our hook and not in the store are recorded, and their handlers run. The sweep does it
 * once an hour. When nothing is new it makes at most three requests to Okta, and no statement.
 */
import { findHookIds, findLastPublished } from "../events/ledger/find-in-store.ts";
import { settleHours } from "../events/ledger/settle-hours.ts";
import { connectOrg } from "../okta/call-org.ts";
import { OktaError } from "../okta/okta-error.ts";
import { chooseOurHooks, readOrgHooks, SCOPES, subscriptionOf } from "./our-hooks.ts";
import { readOrgTime } from "./read-page.ts";
import { type CatchUpContext, MAX_LOOKBACK_MS, type Progress, readPages } from "./read-pages.ts";
import {
  type CatchUpState,
  countFailures,
  detectProblem,
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
  /** Whether the database was asked; then it has this state too. */
  readonly askedDatabase: boolean;
}

/**
 * Reads the log on, for as long as there is time.
 * @returns "stopped" with `state.problem` where Okta refused or failed; the cursor stays
 * @throws {DatabaseError}
 */
export async function catchUp(context: CatchUpContext): Promise<CatchUpResult> {
  const { settings, database, clock, cache, deadline } = context;
  const host = new URL(settings.orgUrl).host;
  const cached = await readCached(cache, host);
  const saved = cached === undefined ? await readSaved(database, host) : cached;
  const known = saved === "unreadable" ? await restart(context) : saved;
  const granted = known?.signIn?.scopes ?? [];
  const org = connectOrg(
    settings,
    { clock, fetch: context.fetch, onWait: () => {}, deadline },
    {
      // The scopes that were granted last time are tried first.
      scopes: granted.length === 0 ? SCOPES : [granted, ...SCOPES],
      nonce: known?.signIn?.nonce ?? null,
    },
  );
  const progress: Progress = {
    org,
    state: known ?? initialState(clock.now()),
    orgNow: null,
    inLog: 0,
    recorded: 0,
    unreadable: 0,
    failures: [],
    askedDatabase: cached === undefined,
  };
  // If every try so far failed before it knew the hook, catch-up has not begun.
  const begins = known === undefined || Object.keys(known.types).length === 0;
  let error: OktaError | undefined;
  try {
    await readLog(context, progress, begins);
  } catch (thrown) {
    if (!(thrown instanceof OktaError)) throw thrown;
    error = thrown;
  }
  const { inLog, recorded, unreadable, orgNow } = progress;
  const now = clock.now();
  let state: CatchUpState = {
    ...progress.state,
    lookedAt: new Date(now).toISOString(),
    clockErrorMs: orgNow === null ? progress.state.clockErrorMs : now - orgNow,
    savedAt: new Date(now).toISOString(),
    signIn: { ...org.signIn.learned(), scopes: [...org.signIn.learned().scopes] },
    failures: countFailures(progress.state, progress.failures, now),
    problem: detectProblem(progress.state, error, orgNow, now),
  };
  let missed = 0;
  const askedDatabase = progress.askedDatabase || state.waiting;
  if (askedDatabase) {
    const settled = await settleHours(database, host, new Date(orgNow ?? now), () => clock.now() < deadline);
    missed = settled.missed;
    state = { ...state, waiting: settled.waiting, hookIds: [...(await findHookIds(database))] };
    await save(database, host, state);
  }
  await writeCached(cache, host, state);
  const outcome = error !== undefined ? "stopped" : begins ? "began" : "looked";
  return { outcome, inLog, recorded, unreadable, state, missed, askedDatabase };
}

/** Asks the org for its hooks, then reads the log from where it was left. */
async function readLog(context: CatchUpContext, progress: Progress, begins: boolean): Promise<void> {
  const { database, clock, listened, siteUrl } = context;
  const { org } = progress;
  const { hooks: orgHooks, orgNow } = await readOrgHooks(org);
  let { hookIds } = progress.state;
  // The store knows which hooks delivered. It is queried at first, and whenever the database is awake.
  if (orgHooks !== null && progress.state.hooks === null) {
    hookIds = [...(await findHookIds(database))];
    progress.askedDatabase = true;
  }
  const hooks = orgHooks && chooseOurHooks(orgHooks, hookIds, siteUrl);
  const begin = readOrgTime(orgNow, clock, org.host);
  const now = new Date(clock.now()).toISOString();
  const before = progress.state;
  progress.state = {
    ...(begins ? { ...initialState(begin), problem: before.problem } : before),
    hooks,
    hooksCheckedAt: hooks && now,
    hookIds,
  };
  if (hooks?.length === 0 && hookIds[0] !== undefined) {
    throw new OktaError(
      "not-found",
      `Deliveries came from the event hook ${hookIds[0]}, and ${org.host} has none that leads here: is OKTA_ORG_URL another org's, or was the hook deleted? Nothing is fetched until ${org.host} has one: npm run hook -- okta create`,
    );
  }
  const subscription = subscriptionOf(hooks, listened);
  const types = { ...progress.state.types };
  for (const eventType of subscription.eventTypes) types[eventType] ??= new Date(begin).toISOString();
  const hasNewType = Object.keys(types).length > Object.keys(progress.state.types).length;
  progress.state = { ...progress.state, types, savedAt: now };
  if (hasNewType) {
    // Since when a type is caught up cannot be found out again: it must not be lost with the cache.
    await save(database, org.host, progress.state);
    progress.askedDatabase = true;
  }
  await readPages(context, progress, subscription);
}

/** Catch-up begins when it is switched on. For what was before there is the command. */
function initialState(now: number): CatchUpState {
  const at = new Date(now).toISOString();
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
  const now = clock.now();
  const from = Math.max(last?.getTime() ?? now, now - MAX_LOOKBACK_MS);
  const at = new Date(from).toISOString();
  return { ...initialState(from), types: Object.fromEntries(listened.map((eventType) => [eventType, at])) };
}
