/**
 * An event hook as we speak of it, and the way from and to the shape of Okta's Management API
 * (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/EventHook/).
 */

/** One more header that Okta sends with each call. */
export interface ExtraHeader {
  readonly name: string;
  readonly value: string;
}

/** A condition in Okta Expression Language that events of one type must meet. */
export interface HookFilter {
  readonly eventType: string;
  readonly expression: string;
}

/** What a hook is to be: everything that a create or a replace sends. */
export interface HookSpecification {
  readonly name: string;
  readonly description: string | null;
  readonly address: string;
  /** The header that carries the secret, and the secret; undefined: Okta sends none. */
  readonly secret: { readonly header: string; readonly value: string } | undefined;
  readonly extraHeaders: readonly ExtraHeader[];
  readonly eventTypes: readonly string[];
  readonly filters: readonly HookFilter[];
}

/** A hook as the org describes it. The secret is not part of it: Okta never gives it back. */
export interface EventHook extends Omit<HookSpecification, "secret"> {
  readonly id: string;
  readonly active: boolean;
  readonly verified: boolean;
  /** The header that carries the secret; undefined: none. */
  readonly secretHeader: string | undefined;
  readonly created: Date | undefined;
  readonly lastUpdated: Date | undefined;
}

/** The parts of the API's hook that are read; each may be missing, whatever the contract says. */
interface ApiEventHook {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly status?: string | undefined;
  readonly verificationStatus?: string | undefined;
  readonly created?: unknown;
  readonly lastUpdated?: unknown;
  readonly events?:
    | {
        readonly items?: readonly string[] | undefined;
        readonly filter?:
          | {
              readonly eventFilterMap?:
                | readonly {
                    readonly event?: string;
                    readonly condition?: { readonly expression?: string };
                  }[]
                | undefined;
            }
          | null
          | undefined;
      }
    | undefined;
  readonly channel?:
    | {
        readonly config?: {
          readonly uri?: string | undefined;
          readonly headers?:
            | readonly ({ readonly key?: string; readonly value?: string } | null)[]
            | undefined;
          readonly authScheme?: { readonly key?: string } | null | undefined;
        };
      }
    | undefined;
}

/** A text of the API's may be missing, null or of another type, whatever its contract says. */
const textOf = (value: unknown) => (typeof value === "string" ? value : "");

const listOf = <Element>(value: readonly Element[] | null | undefined): readonly Element[] =>
  Array.isArray(value) ? value : [];

function timeOf(value: unknown): Date | undefined {
  const time = new Date(textOf(value));
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** Reads a hook of the API's, whatever is missing from it. */
export function readEventHook(value: unknown): EventHook {
  const hook: ApiEventHook = Object(value);
  const config = hook.channel?.config;
  return {
    id: textOf(hook.id),
    name: textOf(hook.name),
    description: hook.description ?? null,
    active: hook.status === "ACTIVE",
    verified: hook.verificationStatus === "VERIFIED",
    address: textOf(config?.uri),
    secretHeader: config?.authScheme?.key?.toLowerCase(),
    extraHeaders: listOf(config?.headers).flatMap((header) =>
      header?.key === undefined ? [] : [{ name: header.key, value: header.value ?? "" }],
    ),
    eventTypes: listOf(hook.events?.items).map(textOf),
    filters: listOf(hook.events?.filter?.eventFilterMap).flatMap(({ event, condition }) =>
      event === undefined ? [] : [{ eventType: event, expression: condition?.expression ?? "" }],
    ),
    created: timeOf(hook.created),
    lastUpdated: timeOf(hook.lastUpdated),
  };
}

/**
 * The body of a create or replace. The channel is always complete, the secret included: a replace without it
 * would leave the hook without one.
 */
export function writeEventHook(hook: HookSpecification) {
  return {
    name: hook.name,
    ...(hook.description === null ? {} : { description: hook.description }),
    events: {
      type: "EVENT_TYPE" as const,
      items: [...hook.eventTypes],
      ...(hook.filters.length === 0 ? {} : { filter: writeFilters(hook.filters) }),
    },
    channel: {
      type: "HTTP" as const,
      version: "1.0.0",
      config: {
        uri: hook.address,
        headers: hook.extraHeaders.map(({ name, value }) => ({ key: name, value })),
        ...(hook.secret === undefined
          ? {}
          : { authScheme: { type: "HEADER" as const, key: hook.secret.header, value: hook.secret.value } }),
      },
    },
  };
}

function writeFilters(filters: readonly HookFilter[]) {
  return {
    type: "EXPRESSION_LANGUAGE",
    eventFilterMap: filters.map(({ eventType, expression }) => ({
      event: eventType,
      condition: { expression },
    })),
  };
}
