/** The org of a test: the users and groups that it names, read as `context.okta` reads them. */
import { guardReads, type OktaDirectory, type OktaGroup, type OktaScope, type OktaUser } from "./okta.ts";

/** Who is in the org. What a test leaves out of a user or a group is made up. */
export interface TestOrg {
  readonly users?: readonly (Given<OktaUser> & { readonly id: string })[];
  /** The groups of each user, by the user's id. */
  readonly groups?: Readonly<Record<string, readonly (Given<OktaGroup> & { readonly id: string })[]>>;
  /** Answers `okta.get`. */
  get?(path: string): unknown;
}

type Given<Entry extends { readonly profile: object }> = Partial<Omit<Entry, "profile">> & {
  readonly profile?: Partial<Entry["profile"]>;
};

const at = "2026-01-15T09:30:00.000Z";

/** @param org undefined: the test has none, so each read fails as on a site without one */
export function testDirectory(org: TestOrg | undefined, scopes: readonly OktaScope[]): OktaDirectory {
  const open = (): TestOrg => {
    if (org !== undefined) return org;
    throw new TypeError(
      "This run has no org. Give it one: runHandler(handler, event, { okta: { users: [] } })",
    );
  };
  return guardReads(scopes, {
    async user(id) {
      const user = open().users?.find((one) => one.id === id);
      return user === undefined ? null : makeUser(user);
    },
    groupsOf: async (userId) => (open().groups?.[userId] ?? []).map(makeGroup),
    async group(id) {
      const groups = Object.values(open().groups ?? {}).flat();
      const group = groups.find((one) => one.id === id);
      return group === undefined ? null : makeGroup(group);
    },
    async get(path) {
      const { get } = open();
      if (get !== undefined) return get(path);
      throw new TypeError(
        `This run's org has no answer for ${path}. Give it one: { okta: { get: (path) => … } }`,
      );
    },
  });
}

function makeUser({ id, profile, ...given }: Given<OktaUser> & { readonly id: string }): OktaUser {
  const login = `${id}@example.com`;
  return {
    id,
    status: "ACTIVE",
    created: at,
    activated: at,
    statusChanged: at,
    lastLogin: null,
    lastUpdated: at,
    passwordChanged: null,
    ...given,
    profile: { login, email: login, firstName: "Jane", lastName: "Doe", ...profile },
  };
}

function makeGroup({ id, profile, ...given }: Given<OktaGroup> & { readonly id: string }): OktaGroup {
  return {
    id,
    created: at,
    lastUpdated: at,
    lastMembershipUpdated: at,
    objectClass: ["okta:user_group"],
    type: "OKTA_GROUP",
    ...given,
    profile: { name: id, ...profile },
  };
}
