/**
 * Catch-up: what Okta's System Log has for our hook and the store does not have is recorded, and its handlers run. Called with the
 * sweep, once an hour. A call that finds nothing new asks Okta three times at most and the database not at all.
 */
import { WORK_TIMEOUT_MS } from "../events/database/with-time-limit.ts";
import { settleHours } from "../events/ledger/settle-hours.ts";
import { connectOrg } from "../okta/call-org.ts";
import { OktaError } from "../okta/okta-error.ts";
import { chooseOurHooks, findHookIds, readOrgHooks, SCOPES, subscriptionOf } from "./our-hooks.ts";
import { readOrgTime } from "./read-page.ts";
import { type CatchUpContext, MAX_LOOKBACK_MS, type Progress, readOn } from "./read-pages.ts";
import {
  type CatchUpState,
  countFailures,
  detectProblem,
  readCached,
  readSaved,
  save,
  writeCached,
} from "./state.ts";

/** What a call came to. */
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
 * Catches up, for as long as there is time.
 * @returns "stopped" with `state.problem` where the org did not let us read its log; the cursor stays
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
      // What was granted last time comes first.
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
  // Where the org let nobody read before, nothing was compared: catch-up has not begun.
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
  // The store knows whose deliveries came. It is asked at first, and whenever it is awake.
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
    // From when on a type is caught up is a fact: it must not be lost with the cache.
    await save(database, org.host, progress.state);
    progress.askedDatabase = true;
  }
  await readOn(context, progress, subscription);
}

/** Where catch-up begins when it is switched on: now. Going further back is a person's command. */
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

/** What another version of this code left cannot be read: catch-up goes on from the last event known, a week back at most. */
async function restart({ database, clock, listened }: CatchUpContext): Promise<CatchUpState> {
  const { rows } = await database.query<{ published: Date | string }>(
    "select published from events where published < now() order by published desc limit 1",
    [],
    { timeoutMs: WORK_TIMEOUT_MS },
  );
  const [last] = rows;
  const now = clock.now();
  const from = last === undefined ? now : Math.max(new Date(last.published).getTime(), now - MAX_LOOKBACK_MS);
  const at = new Date(from).toISOString();
  return { ...initialState(from), types: Object.fromEntries(listened.map((eventType) => [eventType, at])) };
}
