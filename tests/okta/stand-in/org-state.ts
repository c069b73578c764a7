/** The stand-in's hooks and Okta's rules about them. */
import { eligibleEventTypes } from "../../../netlify/catalogue/event-types.ts";
import { type Calling, verifyAddress } from "./call-address.ts";

/** A hook as the org keeps it: the secret included. */
export interface StoredHook {
  readonly id: string;
  name: string;
  description: string | null;
  status: "ACTIVE" | "INACTIVE";
  verificationStatus: "VERIFIED" | "UNVERIFIED";
  readonly created: string;
  lastUpdated: string;
  events: {
    type: string;
    items: string[];
    filter?: {
      type: string;
      eventFilterMap: { event: string; condition: { expression: string; version?: null } }[];
    } | null;
  };
  channel: {
    type: string;
    version: string;
    config: {
      uri: string;
      method?: string;
      headers?: { key: string; value: string }[];
      authScheme?: { type: string; key: string; value?: string };
    };
  };
}

/** What a create or replace carries, after the contract was checked. */
export type HookBody = Pick<StoredHook, "name" | "events" | "channel"> & { description?: string | null };

/** An answer of the API's. */
export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the org allows. */
export interface OrgRules {
  /** Whether the Early Access filters are on; "ignored": they are taken and forgotten. */
  filters: boolean | "ignored";
}

const maxActiveHooks = 25;
const maxEventTypes = 300;

/** The hooks of one org. */
export class OrgState {
  readonly hooks = new Map<string, StoredHook>();
  readonly rules: OrgRules;
  readonly #calling: Calling;
  #made = 0;
  /** Where the org is: hooks carry a link to themselves. */
  origin = "";

  constructor(rules: OrgRules, calling: Calling) {
    this.rules = rules;
    this.#calling = calling;
  }

  list(): ApiAnswer {
    return { status: 200, body: [...this.hooks.values()].map((hook) => this.#shown(hook)) };
  }

  read(id: string): ApiAnswer {
    return this.#withHook(id, (hook) => ({ status: 200, body: this.#shown(hook) }));
  }

  create(body: HookBody): ApiAnswer {
    const problem = this.#full() ?? this.#problem(body);
    if (problem) return problem;
    this.#made += 1;
    const id = `who${String(this.#made).padStart(17, "0")}`;
    const hook: StoredHook = {
      id,
      status: "ACTIVE",
      verificationStatus: "UNVERIFIED",
      created: new Date(Date.UTC(2026, 10, 24, 8, this.#made)).toISOString(),
      lastUpdated: new Date(Date.UTC(2026, 10, 24, 8, this.#made)).toISOString(),
      ...this.#accepted(body),
    };
    this.hooks.set(id, hook);
    return { status: 200, body: this.#shown(hook) };
  }

  /** Replaces what the body carries, the secret included: a body without one leaves the hook without one. */
  replace(id: string, body: HookBody): ApiAnswer {
    return this.#withHook(id, (hook) => {
      const problem = this.#problem(body);
      if (problem) return problem;
      Object.assign(hook, this.#accepted(body), {
        verificationStatus: "UNVERIFIED",
        lastUpdated: "2026-11-24T09:00:00.000Z",
      });
      return { status: 200, body: this.#shown(hook) };
    });
  }

  delete(id: string): ApiAnswer {
    return this.#withHook(id, (hook) => {
      if (hook.status === "ACTIVE") return forbidden();
      this.hooks.delete(id);
      return { status: 204 };
    });
  }

  setStatus(id: string, status: StoredHook["status"]): ApiAnswer {
    return this.#withHook(id, (hook) => {
      const full = status === "ACTIVE" && hook.status === "INACTIVE" ? this.#full() : undefined;
      if (full) return full;
      hook.status = status;
      return { status: 200, body: this.#shown(hook) };
    });
  }

  async verify(id: string): Promise<ApiAnswer> {
    const hook = this.hooks.get(id);
    if (!hook) return notFound(id);
    if (!(await verifyAddress(hook, this.#calling))) {
      return invalid("eventHook", `Unable to verify event hook. Hook ${hook.name} execution failed`);
    }
    hook.verificationStatus = "VERIFIED";
    return { status: 200, body: this.#shown(hook) };
  }

  #withHook(id: string, answer: (hook: StoredHook) => ApiAnswer): ApiAnswer {
    const hook = this.hooks.get(id);
    return hook ? answer(hook) : notFound(id);
  }

  #full(): ApiAnswer | undefined {
    const active = [...this.hooks.values()].filter(({ status }) => status === "ACTIVE");
    return active.length < maxActiveHooks
      ? undefined
      : invalid("eventHook", "You have reached the maximum number of event hooks.");
  }

  /** What is kept of a body. */
  #accepted({ name, description = null, events, channel }: HookBody) {
    const filter = (this.rules.filters === true && events.filter) || null;
    const config = { headers: [], method: "POST", ...channel.config };
    return structuredClone({
      name,
      description,
      events: { ...events, filter },
      channel: { ...channel, config },
    });
  }

  /** A hook as the API shows it: with its links, without its secret. */
  #shown(hook: StoredHook) {
    const copy = structuredClone(hook);
    delete copy.channel.config.authScheme?.value;
    return { ...copy, _links: { self: { href: `${this.origin}/api/v1/eventHooks/${hook.id}` } } };
  }

  #problem({ channel, events }: HookBody): ApiAnswer | undefined {
    if (!channel.config.uri.startsWith("https://"))
      return invalid("channel.config.uri", "The URI must use https.");
    if (events.items.length === 0) return invalid("events.items", "At least one event type is required.");
    if (events.items.length > maxEventTypes) return invalid("events.items", "Too many event types.");
    const eligible = new Set<string>(eligibleEventTypes);
    const wrong = events.items.find((item) => !eligible.has(item));
    if (wrong !== undefined) return invalid("events.items", `The event type '${wrong}' is not eligible.`);
    if (events.filter && !this.rules.filters)
      return invalid("events.filter", "Event hook filters are not enabled.");
    return undefined;
  }
}

const apiError = (
  status: number,
  errorCode: string,
  errorSummary: string,
  causes: string[] = [],
): ApiAnswer => ({
  status,
  body: {
    errorCode,
    errorSummary,
    errorLink: errorCode,
    errorId: "oaeStandIn",
    errorCauses: causes.map((cause) => ({ errorSummary: cause })),
  },
});

const invalid = (field: string, cause: string) =>
  apiError(400, "E0000001", `Api validation failed: ${field}`, [cause]);
const notFound = (id: string) =>
  apiError(404, "E0000007", `Not found: Resource not found: ${id} (EventHook)`);

/** 403, as for a call that the token may not make. */
export const forbidden = () =>
  apiError(403, "E0000006", "You do not have permission to perform the requested action");

/** 401, as for a token that is not one. */
export const unauthorized = () => apiError(401, "E0000011", "Invalid token provided");
