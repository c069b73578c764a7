/**
 * Who an event of a family is by and about, as Okta's System Log has them: which types of target, in which order is no promise.
 * Pure: ids are handed in, so that a test gets the same each time and a preview new ones.
 * https://developer.okta.com/docs/reference/api/system-log/ (target types), https://developer.okta.com/docs/reference/api/event-types/
 */

/** An actor or a target, as Okta writes it. */
export interface SampleParty {
  readonly id: string;
  readonly type: string;
  readonly alternateId: string;
  readonly displayName: string;
  readonly detailEntry: Readonly<Record<string, unknown>> | null;
}

/** Who did it, and to whom or what. */
export interface SampleParties {
  readonly actor: SampleParty;
  readonly target: readonly SampleParty[];
}

/** Makes an id of Okta's: the prefix tells the kind (`00u` user, `00g` group, `0oa` app), 20 characters in all. */
export type MakeId = (prefix: string) => string;

/** What an actor or a target is, before it has an id. */
type Kind = Omit<SampleParty, "id" | "detailEntry"> &
  Partial<Pick<SampleParty, "detailEntry">> & { readonly prefix: string };

const kinds = {
  admin: { prefix: "00u", type: "User", alternateId: "joe.admin@example.com", displayName: "Joe Admin" },
  user: { prefix: "00u", type: "User", alternateId: "jane.doe@example.com", displayName: "Jane Doe" },
  okta: {
    prefix: "00u",
    type: "SystemPrincipal",
    alternateId: "system@okta.com",
    displayName: "Okta System",
  },
  group: { prefix: "00g", type: "UserGroup", alternateId: "unknown", displayName: "Engineering" },
  app: { prefix: "0oa", type: "AppInstance", alternateId: "Payroll", displayName: "Payroll" },
  appUser: { prefix: "0ua", type: "AppUser", alternateId: "jane.doe@example.com", displayName: "Jane Doe" },
  role: { prefix: "cr0", type: "ROLE", alternateId: "unknown", displayName: "Help Desk Administrator" },
  policy: {
    prefix: "00p",
    type: "PolicyEntity",
    alternateId: "unknown",
    displayName: "Sign-on for contractors",
    detailEntry: { policyType: "OktaSignOn" },
  },
  rule: { prefix: "0pr", type: "PolicyRule", alternateId: "unknown", displayName: "Outside the office" },
  token: { prefix: "00T", type: "Token", alternateId: "unknown", displayName: "Reporting script" },
  zone: { prefix: "nzo", type: "NetworkZone", alternateId: "unknown", displayName: "Office" },
  device: { prefix: "guo", type: "Device", alternateId: "unknown", displayName: "Jane's laptop" },
  factor: {
    prefix: "opf",
    type: "AuthenticatorEnrollment",
    alternateId: "unknown",
    displayName: "Okta Verify",
  },
  authenticator: {
    prefix: "aut",
    type: "Authenticator",
    alternateId: "unknown",
    displayName: "Security key",
  },
  idp: { prefix: "0oa", type: "IDENTITY_PROVIDER", alternateId: "unknown", displayName: "Partner SAML" },
  origin: {
    prefix: "tos",
    type: "TrustedOrigin",
    alternateId: "https://app.example.com",
    displayName: "App",
  },
  logStream: { prefix: "0oa", type: "LogStream", alternateId: "unknown", displayName: "Log archive" },
  resourceSet: {
    prefix: "iam",
    type: "RESOURCE_SET",
    alternateId: "unknown",
    displayName: "Sales department",
  },
  server: {
    prefix: "aus",
    type: "AuthorizationServer",
    alternateId: "unknown",
    displayName: "Payroll API",
  },
  client: {
    prefix: "0oa",
    type: "PublicClientApp",
    alternateId: "0oapayroll",
    displayName: "Payroll client",
  },
  request: {
    prefix: "req",
    type: "ACCESS_REQUEST",
    alternateId: "unknown",
    displayName: "Access to Payroll",
  },
  review: { prefix: "icr", type: "CERTIFICATION_CAMPAIGN", alternateId: "unknown", displayName: "Q3 review" },
  hook: { prefix: "cal", type: "InlineHook", alternateId: "unknown", displayName: "Registration check" },
  agent: { prefix: "wlp", type: "WorkloadPrincipal", alternateId: "unknown", displayName: "Support agent" },
} as const satisfies Readonly<Record<string, Kind>>;

type KindName = keyof typeof kinds;

/** The first family that the event type is of, or that it is, decides: actor, then targets. */
const families: readonly (readonly [family: string, actor: KindName, ...targets: KindName[]])[] = [
  ["user.session.start", "user", "app"],
  ["user.session", "user"],
  ["user.authentication.sso", "user", "app", "appUser"],
  ["user.authentication", "user", "app"],
  ["user.account.lock", "user", "user"],
  ["user.account.report_suspicious_activity_by_enduser", "user", "user"],
  ["user.account.update_password", "user", "user"],
  ["user.account.privilege", "admin", "user", "role"],
  ["user.mfa", "user", "user", "factor"],
  ["user.risk", "okta", "user"],
  ["user.behavior", "admin", "user"],
  ["user", "admin", "user"],
  ["group.user_membership", "admin", "user", "group"],
  ["group.application_assignment", "admin", "group", "app"],
  ["group.privilege", "admin", "group", "role"],
  ["group", "admin", "group"],
  ["application.user_membership", "admin", "appUser", "app", "user"],
  ["application.provision", "okta", "user", "app"],
  ["application.account", "okta", "appUser", "app"],
  ["application.policy", "user", "app", "policy", "rule"],
  ["application", "admin", "app"],
  ["app.access_request", "user", "app", "user"],
  ["app.oauth2.as.consent", "user", "server", "client"],
  ["app.oauth2.client", "admin", "client", "role"],
  ["app.oauth2", "client", "server"],
  ["app.user_management", "okta", "user", "app"],
  ["app", "admin", "app"],
  ["policy.auth_reevaluate", "user", "policy", "rule"],
  ["policy.rule", "admin", "policy", "rule"],
  ["policy", "admin", "policy"],
  ["zone", "admin", "zone"],
  ["network_zone", "admin", "zone"],
  ["device.user", "user", "device", "user"],
  ["device.enrollment", "user", "device", "user"],
  ["device", "admin", "device"],
  ["iam.resourceset", "admin", "resourceSet"],
  ["iam.role", "admin", "role"],
  ["iam.policy", "admin", "policy"],
  ["system.api_token", "admin", "token"],
  ["system.oauth2.token", "client", "token"],
  ["system.idp", "admin", "idp"],
  ["system.log_stream", "admin", "logStream"],
  ["system.import.group", "okta", "group", "app"],
  ["system.import", "okta", "app"],
  ["system.email", "okta", "user"],
  ["system.sms", "user", "user"],
  ["system.voice", "user", "user"],
  ["system.org", "okta"],
  ["security.breached_credential", "okta", "user"],
  ["security.authenticator", "admin", "authenticator"],
  ["security.trusted_origin", "admin", "origin"],
  ["access.request", "user", "request"],
  ["access.review", "okta", "review", "user"],
  ["certification.campaign", "admin", "review"],
  ["inline_hook", "okta", "hook"],
  ["resource_servers", "admin", "server"],
  ["workload_principal", "admin", "agent"],
];

/** Who such an event is by and about. One of a family that is not known here is an administrator's, about a user. */
export function sampleParties(eventType: string, makeId: MakeId): SampleParties {
  const isOf = (family: string) => `${eventType}.`.startsWith(`${family}.`);
  const [, actor, ...targets] = families.find(([family]) => isOf(family)) ?? ["", "admin", "user"];
  const made = makeParty(actor, makeId);
  // Somebody who acts on their own account is one person, with one id.
  return { actor: made, target: targets.map((kind) => (kind === actor ? made : makeParty(kind, makeId))) };
}

function makeParty(name: KindName, makeId: MakeId): SampleParty {
  const { prefix, ...kind }: Kind = kinds[name];
  return { id: makeId(prefix), detailEntry: null, ...kind };
}

/** Okta's own words for the guide's event; for the others the type, read aloud. */
export function displayMessageOf(eventType: string): string {
  if (eventType === "user.lifecycle.create") return "Create Okta user";
  const words = eventType.replaceAll(/[._]/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
