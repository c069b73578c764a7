/**
 * Catch-up: what Okta's System Log has for our hook and the store does not have is recorded, and its handlers run. Called with the
 * hourly sweep. A look that finds nothing new asks Okta three times at most and the database not at all.
 */
import type { Clock } from "../clock.ts";
import type { OktaSettings } from "../config.ts";
import type { Database } from "../events/database/database.ts";
import { settleHours } from "../events/ledger/settle-hours.ts";
import { type CalledOrg, callOrg } from "../okta/call-org.ts";
import { OktaError } from "../okta/okta-error.ts";
import { filterByType, firstPage, readLogPage } from "../okta/read-log.ts";
import { findHookIds, findLastPublished } from "./ask-store.ts";
import { chooseOurHooks, type Subscription, subscriptionOf } from "./our-hooks.ts";
import { readOrgHooks, SCOPES } from "./read-org-hooks.ts";
import { DELIVERY_FAILED, OKTA_DELIVERS_MS, sortPage } from "./sort-page.ts";
import { type CatchUpState, newer, readHint, readSaved, type StateHints, save, writeHint } from "./state.ts";
import { takePage } from "./take-page.ts";

const HOUR_MS = 60 * 60 * 1000;
/** A cursor that is lost goes back this far at most. */
const FARTHEST_BACK_MS = 7 * 24 * HOUR_MS;
/** What was persisted a little before the place that is known is read again: it costs nothing to see it twice. */
const OVERLAP_MS = HOUR_MS;
/** Clocks that differ by more than this are said. */
const CLOCK_ERROR_MS = 2 * 60 * 1000;
/** Behind by more than this, somebody is told: one look was missed, or the log is longer than a look has time for. */
const BEHIND_MS = 3 * HOUR_MS;

/** What a look needs. */
export interface CatchUp {
  readonly settings: OktaSettings;
  readonly database: Database;
  readonly hints: StateHints;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** When everything has to be over, in milliseconds since 1970. */
  readonly deadline: number;
  /** The site's own address. */
  readonly siteUrl: string | undefined;
  /** What the handlers listen to. */
  readonly listened: readonly string[];
  /** Called before something is recorded: from now on there may be work. */
  readonly beforeRecording?: () => Promise<void>;
  /** Queues what was recorded, so that the sweep runs it. */
  readonly queue: (deliveryId: string) => Promise<void>;
}

/** What a look came to. */
export interface CaughtUp {
  readonly outcome: "began" | "looked" | "stopped";
  /** Events of the log that were for our hook, and those of them that were recorded now. */
  readonly inLog: number;
  readonly recorded: number;
  /** Events that had to be kept raw. */
  readonly unreadable: number;
  readonly state: CatchUpState;
  /** Events of the hours just summed that Okta did not deliver within the hour. */
  readonly missed: number;
  /** Whether the database was asked. */
  readonly askedDatabase: boolean;
}

/**
 * Looks once, for as long as there is time.
 * @returns "stopped" with `state.problem` where the org did not let us look; the cursor stays
 * @throws {DatabaseError}
 */
export async function catchUp(context: CatchUp): Promise<CaughtUp> {
  const { settings, clock, hints } = context;
  const host = new URL(settings.orgUrl).host;
  const hint = await readHint(hints, host);
  let askedDatabase = hint === undefined;
  const saved = hint === undefined ? await readSaved(context.database, host) : undefined;
  const known = newer(hint, saved === "unreadable" ? await startAnew(context) : saved);
  const org = callOrg(
    settings,
    { clock, fetch: context.fetch, onWait: () => {}, deadline: context.deadline },
    { scopes: scopeChoices(known), nonce: known?.signIn?.nonce ?? null },
  );
  const nowIso = () => new Date(clock.now()).toISOString();

  let state: CatchUpState = known ?? beginning(new Date(clock.now()));
  const look = new Look(context, org, host);
  let problem: OktaError | undefined;
  let subscription: Subscription | undefined;
  try {
    const seen = await readOurHooks(context, org, state);
    askedDatabase ||= seen.askedDatabase;
    const orgNow = seen.orgNow ?? clock.now();
    if (known === undefined) state = beginning(new Date(orgNow));
    state = {
      ...state,
      hooks: seen.hooks,
      hooksCheckedAt: seen.hooks && nowIso(),
      hookIds: [...seen.hookIds],
    };
    const [foreign] = seen.hooks?.length === 0 ? seen.hookIds : [];
    if (foreign !== undefined) {
      throw new OktaError(
        "not-found",
        `Deliveries came from the event hook ${foreign}, and ${host} has none that leads here: is OKTA_ORG_URL another org's, or was the hook deleted? Nothing is fetched until ${host} has one: npm run hook -- okta create`,
      );
    }
    subscription = subscriptionOf(seen.hooks, context.listened);
    const types = { ...state.types };
    for (const eventType of subscription.eventTypes) types[eventType] ??= new Date(orgNow).toISOString();
    const isNew = Object.keys(types).length > Object.keys(state.types).length || known === undefined;
    state = { ...state, types, savedAt: nowIso() };
    if (isNew) {
      // From when on a type is caught up is a fact: it must not be lost with a hint.
      await save(context.database, host, state);
      askedDatabase = true;
    }
    state = await look.readOn(state, subscription);
  } catch (error) {
    if (!(error instanceof OktaError)) throw error;
    problem = error;
    state = look.state ?? state;
  }

  state = {
    ...state,
    lookedAt: nowIso(),
    clockErrorMs: look.orgNow === undefined ? state.clockErrorMs : clock.now() - look.orgNow,
    savedAt: nowIso(),
    signIn: { ...org.signIn.learned(), scopes: [...org.signIn.learned().scopes] },
    failures:
      look.failures.length > 0 ? noteFailures(state, look.failures, nowIso()) : forgetFailures(state, clock),
    problem: noteProblem(state, problem, look.orgNow, clock.now()),
  };
  let missed = 0;
  if (look.askedDatabase || state.waiting) {
    const settled = await settleHours(context.database, host, new Date(look.orgNow ?? clock.now()));
    missed = settled.missed;
    state = { ...state, waiting: settled.waiting, hookIds: [...(await findHookIds(context.database))] };
    await save(context.database, host, state);
    askedDatabase = true;
  }
  await writeHint(hints, host, state);
  const { inLog, recorded, unreadable } = look;
  const outcome = problem !== undefined ? "stopped" : known === undefined ? "began" : "looked";
  return { outcome, inLog, recorded, unreadable, state, missed, askedDatabase };
}

/** The reading of pages, and what it came to. */
class Look {
  readonly #context: CatchUp;
  readonly #org: CalledOrg;
  readonly #host: string;
  /** As far as it came; undefined: nowhere. */
  state: CatchUpState | undefined;
  orgNow: number | undefined;
  inLog = 0;
  recorded = 0;
  unreadable = 0;
  askedDatabase = false;
  readonly failures: string[] = [];

  constructor(context: CatchUp, org: CalledOrg, host: string) {
    this.#context = context;
    this.#org = org;
    this.#host = host;
  }

  /** Reads from the cursor on; one that the log refuses is given up, and the place before it is read again. */
  async readOn(from: CatchUpState, subscription: Subscription): Promise<CatchUpState> {
    const filter = filterByType([...subscription.eventTypes, DELIVERY_FAILED]);
    const state = from.filter === filter ? from : { ...from, cursor: null, filter };
    try {
      return await this.#readPages(state, subscription);
    } catch (error) {
      const current = this.state ?? state;
      if (!(error instanceof OktaError) || error.kind !== "refused" || current.cursor === null) throw error;
      if (error.message.includes("nothing was sent there")) throw error;
      return await this.#readPages({ ...current, cursor: null }, subscription);
    }
  }

  async #readPages(from: CatchUpState, subscription: Subscription): Promise<CatchUpState> {
    const { clock, deadline, hints } = this.#context;
    let state = from;
    this.state = state;
    while (clock.now() < deadline) {
      const place = Math.max(Date.parse(state.comparedUntil) - OVERLAP_MS, clock.now() - FARTHEST_BACK_MS);
      const path = state.cursor ?? firstPage(new Date(place), state.filter);
      const page = await readLogPage(this.#org, path);
      const orgNow = page.orgNow ?? clock.now();
      this.orgNow = orgNow;
      const sorted = sortPage(page.text, {
        subscription,
        since: (eventType) =>
          state.types[eventType] === undefined ? undefined : Date.parse(state.types[eventType]),
        orgNow,
      });
      const passed = sorted.young === 0;
      const taken = await takePage(sorted, {
        ...this.#context,
        host: this.#host,
        hookIds: subscription.hookIds,
        passed,
        orgNow,
      });
      this.askedDatabase ||= taken.askedDatabase;
      this.inLog += sorted.ours.length;
      this.recorded += taken.recorded;
      this.unreadable += taken.unreadable;
      this.failures.push(...sorted.failures);
      const end = page.isEmpty || !passed;
      const until = end
        ? orgNow - OKTA_DELIVERS_MS
        : Math.min(sorted.latest?.getTime() ?? 0, orgNow - OKTA_DELIVERS_MS);
      state = {
        ...state,
        cursor: passed ? (page.next ?? state.cursor) : state.cursor,
        comparedUntil: new Date(Math.max(until, Date.parse(state.comparedUntil))).toISOString(),
        savedAt: new Date(clock.now()).toISOString(),
      };
      this.state = state;
      if (end) return state;
      if (page.next === null || page.next === path) {
        throw new OktaError(
          "not-okta",
          `${this.#host} does not say where its System Log goes on: we try again in an hour.`,
        );
      }
      await writeHint(hints, this.#host, state);
    }
    return state;
  }
}

/** The org's hooks where it shows them to us. */
async function readOurHooks({ database, siteUrl }: CatchUp, org: CalledOrg, state: CatchUpState) {
  const { hooks, orgNow } = await readOrgHooks(org);
  if (hooks === null) return { hooks, orgNow, hookIds: state.hookIds, askedDatabase: false };
  // Whose deliveries came, the store knows: it is asked at first, and whenever it is awake.
  const askedDatabase = state.hooks === null;
  const hookIds = askedDatabase ? await findHookIds(database) : state.hookIds;
  return { hooks: chooseOurHooks(hooks, { hookIds, siteUrl }), orgNow, hookIds, askedDatabase };
}

/** Where catch-up begins when it is switched on: now. Going further back is a person's command. */
function beginning(now: Date): CatchUpState {
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
async function startAnew({ database, clock, listened }: CatchUp): Promise<CatchUpState> {
  const last = await findLastPublished(database);
  const from = new Date(Math.max(last?.getTime() ?? clock.now(), clock.now() - FARTHEST_BACK_MS));
  const types = Object.fromEntries(listened.map((eventType) => [eventType, from.toISOString()]));
  return { ...beginning(from), types };
}

/** What was granted last time comes first. */
function scopeChoices(known: CatchUpState | undefined): readonly (readonly string[])[] {
  const granted = known?.signIn?.scopes ?? [];
  return granted.length === 0 ? SCOPES : [granted, ...SCOPES];
}

function noteFailures({ failures }: CatchUpState, reasons: readonly string[], now: string) {
  return {
    count: (failures?.count ?? 0) + reasons.length,
    since: failures?.since ?? now,
    last: now,
    reason: reasons.at(-1) ?? "no reason given",
  };
}

/** A failure counts until an hour went by without one. */
function forgetFailures({ failures }: CatchUpState, clock: Clock) {
  return failures !== null && clock.now() - Date.parse(failures.last) < HOUR_MS ? failures : null;
}

function noteProblem(
  { problem, comparedUntil }: CatchUpState,
  error: OktaError | undefined,
  orgNow: number | undefined,
  now: number,
): CatchUpState["problem"] {
  const note = (kind: string, sentence: string) => ({
    kind,
    sentence,
    since: problem?.kind === kind ? problem.since : new Date(now).toISOString(),
  });
  if (error !== undefined) return note(error.kind, error.message);
  const clockError = orgNow === undefined ? 0 : now - orgNow;
  if (Math.abs(clockError) > CLOCK_ERROR_MS) {
    const minutes = Math.round(Math.abs(clockError) / 60_000);
    return note(
      "clock",
      `This machine's clock is ${minutes} minutes ${clockError > 0 ? "ahead of" : "behind"} Okta's: events are judged by Okta's.`,
    );
  }
  if ((orgNow ?? now) - Date.parse(comparedUntil) > BEHIND_MS) {
    return note("behind", `Catch-up is behind: the System Log has been read until ${comparedUntil}.`);
  }
  return null;
}
