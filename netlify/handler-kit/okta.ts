/**
 * Okta's users and groups as `context.okta` gives them: the names and types of Okta's contract (Management API 2026.06.3, `User` and
 * `Group`). Okta adds fields in any release, and an org adds its own to a profile.
 */
import { NonRetriableError } from "./handler-error.ts";

/** A value that Okta's contract does not list. */
type Unlisted = string & {};

/** A scope that only reads, such as "okta.users.read". */
export type OktaScope = `okta.${string}.read`;

/** What the org knows of a person, besides the fields that the org itself added. */
export interface OktaUserProfile {
  readonly login: string;
  readonly email: string;
  readonly firstName?: string | null;
  readonly lastName?: string | null;
  readonly city?: string | null;
  readonly costCenter?: string | null;
  readonly countryCode?: string | null;
  readonly department?: string | null;
  readonly displayName?: string | null;
  readonly division?: string | null;
  readonly employeeNumber?: string | null;
  readonly honorificPrefix?: string | null;
  readonly honorificSuffix?: string | null;
  readonly locale?: string | null;
  readonly manager?: string | null;
  readonly managerId?: string | null;
  readonly middleName?: string | null;
  readonly mobilePhone?: string | null;
  readonly nickName?: string | null;
  readonly organization?: string | null;
  readonly postalAddress?: string | null;
  readonly preferredLanguage?: string | null;
  readonly primaryPhone?: string | null;
  readonly profileUrl?: string | null;
  readonly secondEmail?: string | null;
  readonly state?: string | null;
  readonly streetAddress?: string | null;
  readonly timezone?: string | null;
  readonly title?: string | null;
  readonly userType?: string | null;
  readonly zipCode?: string | null;
  readonly [custom: string]: unknown;
}

/** A user. Times are ISO 8601. */
export interface OktaUser {
  readonly id: string;
  /** A deactivated user is DEPROVISIONED. */
  readonly status:
    | "ACTIVE"
    | "DEPROVISIONED"
    | "LOCKED_OUT"
    | "PASSWORD_EXPIRED"
    | "PROVISIONED"
    | "RECOVERY"
    | "STAGED"
    | "SUSPENDED"
    | Unlisted;
  readonly created: string;
  readonly activated: string | null;
  readonly statusChanged: string | null;
  readonly lastLogin: string | null;
  /** Does not move when the user joins or leaves a group. */
  readonly lastUpdated: string;
  readonly passwordChanged: string | null;
  readonly transitioningToStatus?: string | null;
  readonly realmId?: string;
  readonly type?: { readonly id: string };
  readonly credentials?: { readonly provider?: { readonly name?: string; readonly type?: string } };
  readonly profile: OktaUserProfile;
}

/** A group. Times are ISO 8601. */
export interface OktaGroup {
  readonly id: string;
  readonly created: string;
  readonly lastUpdated: string;
  readonly lastMembershipUpdated: string;
  readonly objectClass: readonly string[];
  readonly type: "APP_GROUP" | "BUILT_IN" | "OKTA_GROUP" | Unlisted;
  readonly profile: {
    readonly name: string;
    readonly description?: string | null;
    readonly [custom: string]: unknown;
  };
}

/**
 * Reads from the org. Each read ends with the run's `signal`, goes to the org's own host, and leaves a fifth of the org's rate limit to
 * others: what does not fit is a `RetryAfterError`, which puts the run off and costs no try.
 */
export interface OktaDirectory {
  /** The user as it is now; null: the org has none of this id, any more. */
  user(id: string): Promise<OktaUser | null>;
  /** All groups of a user. @throws {NonRetriableError} where there are more than 1,000 */
  groupsOf(userId: string): Promise<readonly OktaGroup[]>;
  /** The group as it is now; null: the org has none of this id, any more. */
  group(id: string): Promise<OktaGroup | null>;
  /** Anything else that the API answers to a GET, e.g. `get("/api/v1/users/me")`. */
  get(path: string): Promise<unknown>;
}

/** Whether it can be an id: 20 letters and digits, as far as is known, and never a login. */
export function isOktaId(text: string): boolean {
  return /^[0-9A-Za-z]{10,40}$/.test(text);
}

/**
 * Lets reads through that the handler's scopes cover and whose id can be one of Okta's: an id is part of an address, where a login would
 * find somebody too, and "me" the app itself.
 */
export function guardReads(scopes: readonly OktaScope[], reads: OktaDirectory): OktaDirectory {
  const check = (call: string, id: string, scope: OktaScope) => {
    if (!isOktaId(id)) {
      throw new NonRetriableError(
        `okta.${call} takes an Okta id such as 00u118oQYT4TBTemp0g4, the \`id\` of an event's target, and got none`,
      );
    }
    if (scopes.includes(scope)) return;
    throw new NonRetriableError(`okta.${call} needs the scope ${scope}: add it to the handler's \`okta\``);
  };
  return {
    async user(id) {
      check("user", id, "okta.users.read");
      return await reads.user(id);
    },
    async groupsOf(userId) {
      check("groupsOf", userId, "okta.users.read");
      return await reads.groupsOf(userId);
    },
    async group(id) {
      check("group", id, "okta.groups.read");
      return await reads.group(id);
    },
    async get(path) {
      if (scopes.length > 0) return await reads.get(path);
      throw new NonRetriableError(
        "okta.get needs the scope of what it reads: add it to the handler's `okta`",
      );
    },
  };
}
