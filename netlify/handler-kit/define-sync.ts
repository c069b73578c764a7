/**
 * A sync: a handler that keeps a table of the owner's as Okta has its users or groups. An event is a signal only: the user is read
 * by its id, and `apply` writes it. When it is listed and compared is decided in `netlify/sync`.
 */
import type { LogEvent } from "../hook/log-event.ts";
import {
  defineHandler,
  type Handler,
  type HandlerContext,
  type SettingsOf,
  type SettingsSchema,
} from "./define-handler.ts";
import type { EventPattern } from "./event-pattern.ts";
import { NonRetriableError, RetryAfterError } from "./handler-error.ts";
import { isOktaId, type OktaGroup, type OktaScope, type OktaUser } from "./okta.ts";

/** What can be kept in step. */
export interface SyncedEntries {
  readonly user: OktaUser;
  readonly group: OktaGroup;
}

/** What `apply` gets beside the user or group. */
export interface ApplyContext<Settings = unknown>
  extends Pick<HandlerContext<Settings>, "okta" | "settings" | "signal" | "log"> {
  readonly id: string;
  /**
   * Grows with each read of this id. Write only over a smaller one, a removal too: `where people.version < excluded.version`. So a
   * process that froze for minutes and wakes up writes nothing old over what is new.
   */
  readonly version: number;
}

/** What `defineSync` takes. */
export interface SyncDefinition<
  Of extends keyof SyncedEntries,
  Settings extends SettingsSchema | undefined = undefined,
> {
  /** As a handler's. Under another name everybody is loaded anew. */
  readonly name: string;
  readonly of: Of;
  /** More events at which the user or group among the targets is read and applied, e.g. `["group.user_membership.*"]`. */
  readonly also?: readonly EventPattern[];
  readonly settings?: Settings;
  /** More scopes than the one that reading needs, for `okta` in `apply`. */
  readonly okta?: readonly OktaScope[];
  readonly timeoutMs?: number;
  readonly retries?: number;
  /**
   * Writes one user or group as it is now. It may be called more than once for the same state. Throwing is a failure, and is tried again.
   * @param entry null: Okta has none of this id any more
   */
  apply(entry: SyncedEntries[Of] | null, context: ApplyContext<SettingsOf<Settings>>): unknown;
}

/** What of a sync its list is compared with. */
export interface Sync {
  readonly of: keyof SyncedEntries;
  apply(entry: OktaUser | OktaGroup | null, context: ApplyContext): unknown;
}

/** A handler that is a sync. */
export type SyncHandler = Handler & { readonly sync: Sync };

/** Whether a handler is a sync. */
export function isSync(handler: Handler): handler is SyncHandler {
  return handler.sync !== undefined;
}

/** Where the versions of a sync's ids are kept. */
export interface SyncStore {
  /**
   * Begins a read: the version is the largest of this id. Only then may Okta be asked.
   * @param deletedAt Okta began to delete it then; null: the event says nothing of that
   */
  begin(id: string, deletedAt: Date | null): Promise<BegunRead>;
  /** Ends a read whose entry is applied, unless a newer one has begun. `lastUpdated` null: there is none. */
  end(id: string, version: number, lastUpdated: string | null): Promise<void>;
}

/** A read that has begun. */
export interface BegunRead {
  readonly version: number;
  /** When Okta last began to delete it, and what time it is now; null: never, as far as is known. */
  readonly deletedAt: Date | null;
  readonly now: Date;
}

const EVENTS = {
  user: [
    "user.lifecycle.*",
    "user.account.update_profile",
    "user.account.lock",
    "user.account.unlock",
    "user.account.unlock_by_admin",
    "user.account.reset_password",
    "user.account.update_password",
  ],
  group: ["group.lifecycle.*", "group.profile.update"],
} as const satisfies Record<keyof SyncedEntries, readonly EventPattern[]>;

const TARGETS = { user: "User", group: "UserGroup" } as const;

/** No event tells that a user was deleted, only that Okta begins to: the user is read again so long after that. */
const REREAD_AFTER_MS = [5 * 60_000, 3_600_000, 12 * 3_600_000];

/**
 * Defines a sync. List it in `handlers/index.ts` like any handler, and load everybody once: `npm run hook -- sync <name>`.
 * @throws {HandlerDefinitionError} as `defineHandler` does
 */
export function defineSync<
  Of extends keyof SyncedEntries,
  Settings extends SettingsSchema | undefined = undefined,
>(definition: SyncDefinition<Of, Settings>): SyncHandler {
  const { name, of, also = [], okta = [], apply: _, ...options } = definition;
  const sync: Sync = { of, apply: definition.apply.bind(definition) };
  const handler = defineHandler({
    ...options,
    name,
    on: [...EVENTS[of], ...also],
    okta: [...new Set<OktaScope>([`okta.${of}s.read`, ...okta])],
    latest: (event) => targetId(event, of),
    handle() {},
  });
  return Object.freeze({
    ...handler,
    sync,
    handle: (event: LogEvent, context: HandlerContext) => run(sync, event, context),
  });
}

async function run(
  { of, apply }: Sync,
  event: LogEvent,
  { syncStore, ...context }: HandlerContext,
): Promise<void> {
  const id = targetId(event, of);
  if (id === null || syncStore === undefined) {
    return context.log.warn(`no ${TARGETS[of]} with an id among the targets: nothing to keep in step`);
  }
  if (!isOktaId(id))
    throw new NonRetriableError(`the target's id is none of Okta's: replay the event, or discard the run`);
  const isDeletion = event.eventType === "user.lifecycle.delete.initiated";
  const { version, deletedAt, now } = await syncStore.begin(
    id,
    isDeletion ? new Date(event.published) : null,
  );
  const entry = await context.okta[of](id);
  await apply(entry, { ...context, id, version });
  await syncStore.end(id, version, entry?.lastUpdated ?? null);
  if (entry === null || deletedAt === null) return;
  const rereadAt = REREAD_AFTER_MS.map((ms) => deletedAt.getTime() + ms).find((at) => at > now.getTime());
  if (rereadAt === undefined) return;
  throw new RetryAfterError(
    "Okta began to delete it, and it is still there: it is read again",
    new Date(rereadAt),
  );
}

/** The id of whom the event is about, never of whom it is by. */
function targetId({ target }: Pick<LogEvent, "target">, of: keyof SyncedEntries): string | null {
  return target?.find(({ id, type }) => type === TARGETS[of] && id)?.id ?? null;
}
