/**
 * The stand-in's users and groups, as Okta's behave: a deleted user is 404 (E0000007), a deactivated one comes by id and in a list with
 * a filter but not in the plain list, `lastUpdated` does not move with memberships, and each answer tells what is left of the limit.
 */
import type { OktaGroup, OktaUser, OktaUserProfile } from "../../../netlify/handler-kit/okta.ts";
import type { ApiAnswer } from "./org-state.ts";
import type { Fault } from "./start-org.ts";

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

const MAX_PAGE = 200;
const MINUTE_MS = 60_000;

/** The operations of the contract. */
export type DirectoryOperation =
  | "listUsers"
  | "getUser"
  | "listUserGroups"
  | "listGroups"
  | "getGroup"
  | "listGroupUsers";

/** The directory of one org. */
export class Directory {
  readonly users = new Map<string, Writable<OktaUser>>();
  readonly groups = new Map<string, Writable<OktaGroup>>();
  /** The groups of each user. */
  readonly memberships = new Map<string, Set<string>>();
  /** The org's own time. */
  now: () => number = () => Date.now();
  /** Requests a minute, for each operation on its own. */
  limit = Number.POSITIVE_INFINITY;
  /** The app's role was narrowed: it sees nobody. */
  seesNobody = false;
  /** Groups of a user come in pages of this many. */
  groupsPerPage = Number.POSITIVE_INFINITY;
  /** Asked before each answer: another one to give instead. */
  fail: ((operation: DirectoryOperation) => Fault | undefined | Promise<Fault | undefined>) | undefined;
  /** Called before a user or group is answered by its id. */
  beforeRead: ((id: string) => void | Promise<void>) | undefined;
  /** In the order in which they are listed; what is deleted leaves a gap, so that a place stays a place. */
  readonly #order: Record<"users" | "groups", string[]> = { users: [], groups: [] };
  readonly #used = new Map<string, { minute: number; count: number }>();
  #made = 0;

  /** Hires somebody. */
  create(profile: Partial<OktaUserProfile> = {}, status = "ACTIVE"): OktaUser {
    const id = this.#nextId("00u");
    const login = `${id}@example.com`;
    const at = this.#at();
    const user: OktaUser = {
      id,
      status,
      created: at,
      activated: at,
      statusChanged: at,
      lastLogin: null,
      lastUpdated: at,
      passwordChanged: null,
      type: { id: "otyfnjfba4ye7pgjB0g4" },
      profile: { login, email: login, firstName: "Jane", lastName: "Doe", ...profile },
    };
    this.users.set(id, { ...user });
    this.#order.users.push(id);
    return user;
  }

  /** Changes somebody. */
  update(id: string, { status, ...profile }: Partial<OktaUserProfile> & { readonly status?: string }): void {
    const user = this.users.get(id);
    if (user === undefined) throw new Error(`No user ${id}`);
    user.profile = { ...user.profile, ...profile };
    user.status = status ?? user.status;
    user.lastUpdated = this.#at();
  }

  /** Deletes somebody for good. */
  delete(id: string): void {
    this.users.delete(id);
    this.memberships.delete(id);
  }

  createGroup(name: string): OktaGroup {
    const id = this.#nextId("00g");
    const at = this.#at();
    const group: OktaGroup = {
      id,
      created: at,
      lastUpdated: at,
      lastMembershipUpdated: at,
      objectClass: ["okta:user_group"],
      type: "OKTA_GROUP",
      profile: { name, description: "" },
    };
    this.groups.set(id, { ...group });
    this.#order.groups.push(id);
    return group;
  }

  /** Adds a user to a group; `lastUpdated` of neither moves. */
  join(userId: string, groupId: string): void {
    this.memberships.set(userId, (this.memberships.get(userId) ?? new Set()).add(groupId));
    const group = this.groups.get(groupId);
    if (group !== undefined) group.lastMembershipUpdated = this.#at();
  }

  /** Answers an operation of the contract. */
  async answer(operation: DirectoryOperation, id: string, address: URL): Promise<ApiAnswer> {
    const rate = this.#count(operation);
    if (rate.over) return { ...tooMany, headers: rate.headers };
    const fault = await this.fail?.(operation);
    if (fault !== undefined) return { ...fault, headers: { ...rate.headers, ...fault.headers } };
    if (operation === "getUser" || operation === "getGroup") await this.beforeRead?.(id);
    const answer = this.#answer(operation, id, address);
    return { ...answer, headers: { ...rate.headers, ...answer.headers } };
  }

  #answer(operation: string, id: string, address: URL): ApiAnswer {
    const about = operation.includes("User") && !operation.startsWith("listGroup") ? this.users : this.groups;
    if (id !== "" && (this.seesNobody || !about.has(id))) return notFound(id);
    switch (operation) {
      case "getUser":
      case "getGroup":
        return { status: 200, body: about.get(id) };
      case "listUserGroups": {
        const groups = [...(this.memberships.get(id) ?? [])].map((group) => this.groups.get(group));
        const from = Number(address.searchParams.get("after") ?? 0);
        const end = from + this.groupsPerPage;
        return page(address, groups.slice(from, end), end < groups.length ? String(end) : null);
      }
      case "listUsers":
        return this.#list("users", address);
      case "listGroups":
        return this.#list("groups", address);
      default:
        return {
          status: 200,
          body: [...this.users.values()].filter((user) => this.memberships.get(user.id)?.has(id)),
        };
    }
  }

  #list(kind: "users" | "groups", address: URL): ApiAnswer {
    const filter = address.searchParams.get("filter");
    const since = filter === null ? null : Date.parse(/^lastUpdated gt "([^"]+)"$/.exec(filter)?.[1] ?? "");
    if (Number.isNaN(since)) return invalid("filter");
    const limit = Math.min(Number(address.searchParams.get("limit") ?? MAX_PAGE), MAX_PAGE);
    const [, place = "0"] = /^place(\d+)$/.exec(atob(address.searchParams.get("after") ?? "")) ?? [];
    const found: object[] = [];
    let at = Number(place);
    const order = this.#order[kind];
    for (; at < order.length && found.length < limit; at += 1) {
      const one: OktaUser | OktaGroup | undefined = this[kind].get(order[at] ?? "");
      if (one === undefined || this.seesNobody) continue;
      const isListed = since === null ? !("status" in one && one.status === "DEPROVISIONED") : true;
      if (isListed && Date.parse(one.lastUpdated) > (since ?? Number.NEGATIVE_INFINITY)) found.push(one);
    }
    return page(address, found, at < order.length ? btoa(`place${at}`) : null);
  }

  /** Counts a request against the limit of its operation, by the minute. */
  #count(operation: string): { readonly over: boolean; readonly headers: Record<string, string> } {
    if (this.limit === Number.POSITIVE_INFINITY) return { over: false, headers: {} };
    const minute = Math.floor(this.now() / MINUTE_MS);
    const used = this.#used.get(operation);
    const count = used?.minute === minute ? used.count + 1 : 1;
    this.#used.set(operation, { minute, count });
    return {
      over: count > this.limit,
      headers: {
        "x-rate-limit-limit": String(this.limit),
        "x-rate-limit-remaining": String(Math.max(0, this.limit - count)),
        "x-rate-limit-reset": String(((minute + 1) * MINUTE_MS) / 1000),
      },
    };
  }

  #nextId(prefix: string): string {
    this.#made += 1;
    return `${prefix}${String(this.#made).padStart(17, "0")}`;
  }

  #at(): string {
    return new Date(this.now()).toISOString();
  }
}

/** A page, with a link to the one after it where there is one. */
function page(address: URL, body: readonly unknown[], after: string | null): ApiAnswer {
  if (after === null) return { status: 200, body, headers: { link: `<${address}>; rel="self"` } };
  const next = new URL(address);
  next.searchParams.set("after", after);
  return { status: 200, body, headers: { link: `<${address}>; rel="self", <${next}>; rel="next"` } };
}

const notFound = (id: string): ApiAnswer => ({
  status: 404,
  body: {
    errorCode: "E0000007",
    errorSummary: `Not found: Resource not found: ${id}`,
    errorLink: "E0000007",
    errorId: "oaeStandIn",
    errorCauses: [],
  },
});

const invalid = (field: string): ApiAnswer => ({
  status: 400,
  body: { errorCode: "E0000031", errorSummary: `Invalid search criteria: ${field}`, errorCauses: [] },
});

const tooMany: ApiAnswer = {
  status: 429,
  body: {
    errorCode: "E0000047",
    errorSummary: "API call exceeded rate limit due to too many requests.",
    errorLink: "E0000047",
    errorId: "oaeStandIn",
    errorCauses: [],
  },
};
