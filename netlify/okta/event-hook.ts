/**
 * An event hook as we speak of it, and the way from and to the shape of Okta's Management API
 * (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/EventHook/).
 */
import * as z from "zod/mini";

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

/** Any part of the API's hook may be missing, null or of another type, whatever its contract says. */
const text = z.catch(z.string(), "");
const list = <Element extends z.ZodMiniType>(element: Element) => z.catch(z.array(element), []);
const part = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.pipe(
    z.transform((value) => Object(value)),
    z.object(shape),
  );

const apiEventHook = part({
  id: text,
  name: text,
  description: z.catch(z.nullable(z.string()), null),
  status: text,
  verificationStatus: text,
  created: text,
  lastUpdated: text,
  events: part({
    items: list(text),
    filter: part({
      eventFilterMap: list(part({ event: text, condition: part({ expression: text }) })),
    }),
  }),
  channel: part({
    config: part({
      uri: text,
      headers: list(part({ key: text, value: text })),
      authScheme: part({ key: text }),
    }),
  }),
});

/** Reads a hook of the API's, whatever is missing from it. */
export function readEventHook(value: unknown): EventHook {
  const hook = apiEventHook.parse(value);
  const { uri, headers, authScheme } = hook.channel.config;
  const filters = hook.events.filter.eventFilterMap.filter(({ event }) => event !== "");
  return {
    id: hook.id,
    name: hook.name,
    description: hook.description,
    active: hook.status === "ACTIVE",
    verified: hook.verificationStatus === "VERIFIED",
    address: uri,
    secretHeader: authScheme.key.toLowerCase() || undefined,
    extraHeaders: headers.filter(({ key }) => key !== "").map(({ key, value }) => ({ name: key, value })),
    eventTypes: hook.events.items,
    filters: filters.map(({ event, condition }) => ({ eventType: event, expression: condition.expression })),
    created: timeOf(hook.created),
    lastUpdated: timeOf(hook.lastUpdated),
  };
}

function timeOf(text: string): Date | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/**
 * The body of a create or replace. The channel is always complete, the secret included: a replace without it
 * would leave the hook without one.
 */
export function writeEventHook(hook: HookSpecification) {
  return {
    name: hook.name,
    ...(hook.description !== null && { description: hook.description }),
    events: {
      type: "EVENT_TYPE",
      items: [...hook.eventTypes],
      ...(hook.filters.length > 0 && {
        filter: {
          type: "EXPRESSION_LANGUAGE",
          eventFilterMap: hook.filters.map(({ eventType, expression }) => ({
            event: eventType,
            condition: { expression },
          })),
        },
      }),
    },
    channel: {
      type: "HTTP",
      version: "1.0.0",
      config: {
        uri: hook.address,
        headers: hook.extraHeaders.map(({ name, value }) => ({ key: name, value })),
        ...(hook.secret && {
          authScheme: { type: "HEADER", key: hook.secret.header, value: hook.secret.value },
        }),
      },
    },
  };
}
