/**
 * Catch-up: what Okta's System Log has for our hook and the store does not have is recorded, and its handlers run. Called with the
 * sweep, once an hour. A look that finds nothing new asks Okta three times at most and the database not at all.
 */
import { settleHours } from "../events/ledger/settle-hours.ts";
import { connectOrg, type OrgConnection } from "../okta/call-org.ts";
import { OktaError } from "../okta/okta-error.ts";
import { type CatchUpContext, LogReader, MAX_LOOKBACK_MS } from "./log-reader.ts";
import { readOrgTime } from "./org-time.ts";
import { chooseOurHooks, subscriptionOf } from "./our-hooks.ts";
import { findHookIds, findLastPublished } from "./queries.ts";
import { readOrgHooks, SCOPES } from "./read-org-hooks.ts";
import { type CatchUpState, newer, readCached, readSaved, save, writeCached } from "./state.ts";
import { addFailures, expireFailures, problemOf } from "./update-state.ts";

/** What a look came to. */
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
 * Looks once, for as long as there is time.
 * @returns "stopped" with `state.problem` where the org did not let us look; the cursor stays
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

/** What reading came to. */
interface LogReading {
  /** As far as it came. */
  readonly state: CatchUpState;
  /** What the org refused; undefined: nothing. */
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
  // A look that the org did not let in has compared nothing: it was no beginning.
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
      // From when on a type is caught up is a fact: it must not be lost with the cache.
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
  // Whose deliveries came, the store knows: it is asked at first, and whenever it is awake.
  const askedDatabase = state.hooks === null;
  const hookIds = askedDatabase ? await findHookIds(database) : state.hookIds;
  return { hooks: chooseOurHooks(hooks, { hookIds, siteUrl }), orgNow, hookIds, askedDatabase };
}

/** Where catch-up begins when it is switched on: now. Going further back is a person's command. */
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

/** What another version of this code left cannot be read: from the last event known, a week back at most. */
async function restart({ database, clock, listened }: CatchUpContext): Promise<CatchUpState> {
  const last = await findLastPublished(database);
  const from = new Date(Math.max(last?.getTime() ?? clock.now(), clock.now() - MAX_LOOKBACK_MS));
  const types = Object.fromEntries(listened.map((eventType) => [eventType, from.toISOString()]));
  return { ...initialState(from), types };
}

/** What was granted last time comes first. */
function scopeChoices(known: CatchUpState | undefined): readonly (readonly string[])[] {
  const granted = known?.signIn?.scopes ?? [];
  return granted.length === 0 ? SCOPES : [granted, ...SCOPES];
}
