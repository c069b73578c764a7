/**
 * The event itself: Okta's LogEvent, the same object that the System Log API returns, as a zod schema.
 *
 * Written after component `LogEvent` of Okta's Management API contract, plus what real payloads carry besides
 * (`insertionTimestamp`, `device`, `client.ipChain`). Every field but three may be absent or null: the events that Okta
 * sends leave out keys without a value or send them as null. Fields that no document names pass unmarked: Okta adds
 * some in any release.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
import { z } from "zod";

/** A value outside Okta's documented list: it is marked, but handlers still get it. */
type Unlisted = string & {};

const text = z.string().nullish();
const number = z.number().nullish();
const flag = z.boolean().nullish();
/** An object whose keys Okta does not promise (`debugData`, `detailEntry` …). */
const anything = z.record(z.string(), z.unknown()).nullish();

function oneOf<const Value extends string>(values: readonly Value[]) {
  const schema: z.ZodType<Value | Unlisted> = z.enum(values);
  return schema.nullish();
}

/** With more wrong elements than this a list is left out whole: it is no list of what it should be. */
const MAX_WRONG_ELEMENTS = 1000;

/**
 * As `z.array(element)`, but gives up on a long list of nonsense: two million issues would take seconds and gigabytes,
 * and a list that is mostly right is never that wrong.
 */
function listOf<Element extends z.ZodType>(element: Element) {
  return z
    .array(z.unknown())
    .check(({ value, issues }) => {
      if (value.length <= MAX_WRONG_ELEMENTS) return;
      let wrong = 0;
      for (const one of value) {
        if (!element.safeParse(one).success) wrong++;
        if (wrong <= MAX_WRONG_ELEMENTS) continue;
        issues.push({
          code: "custom",
          input: value,
          path: [],
          message: `more than ${MAX_WRONG_ELEMENTS} elements depart`,
        });
        return;
      }
    })
    .pipe(z.array(element));
}

const geographicalContext = z
  .object({
    city: text,
    country: text,
    geolocation: z.object({ lat: number, lon: number }).nullish(),
    postalCode: text,
    state: text,
  })
  .nullish();

const ipDetails = z
  .object({
    asNumber: number,
    asOrg: text,
    domain: text,
    ipServiceCategories: listOf(
      z.object({
        isAnonymous: flag,
        operator: text,
        type: oneOf(["VPN", "Proxy", "Tor", "Residential Proxy", "Blockchain VPN"]),
      }),
    ).nullish(),
    isp: text,
  })
  .nullish();

const ipChain = listOf(
  z.object({ geographicalContext, ip: text, ipDetails, source: text, version: text }),
).nullish();

const actor = z.object({ alternateId: text, detailEntry: anything, displayName: text, id: text, type: text });

const target = z.object({
  alternateId: text,
  changeDetails: z.object({ from: anything, to: anything }).nullish(),
  detailEntry: anything,
  displayName: text,
  id: text,
  type: text,
});

const authenticationContext = z.object({
  authenticationProvider: oneOf([
    "ACTIVE_DIRECTORY",
    "FACTOR_PROVIDER",
    "FEDERATION",
    "LDAP",
    "OKTA_AUTHENTICATION_PROVIDER",
    "SOCIAL",
  ]),
  authenticationStep: number,
  credentialProvider: oneOf([
    "DUO",
    "GOOGLE",
    "OKTA_AUTHENTICATION_PROVIDER",
    "OKTA_CREDENTIAL_PROVIDER",
    "RSA",
    "SYMANTEC",
    "YUBIKEY",
  ]),
  credentialType: oneOf([
    "ASSERTION",
    "CERTIFICATE",
    "DEVICE_UDID",
    "EMAIL",
    "IWA",
    "JWT",
    "OAuth 2.0",
    "OKTA_CLIENT_SESSION",
    "OTP",
    "PASSWORD",
    "PRE_SHARED_SYMMETRIC_KEY",
    "SMS",
  ]),
  externalSessionId: text,
  interface: text,
  issuer: z.object({ id: text, type: text }).nullish(),
});

const client = z.object({
  device: text,
  geographicalContext,
  id: text,
  ipAddress: text,
  ipChain,
  userAgent: z.object({ browser: text, os: text, rawUserAgent: text }).nullish(),
  zone: text,
});

const level = oneOf(["LOW", "MEDIUM", "HIGH"]);

const securityContext = z.object({
  asNumber: number,
  asOrg: text,
  botProtection: z.object({ level: oneOf(["NONE", "LOW", "MEDIUM", "HIGH"]) }).nullish(),
  domain: text,
  ipDetails,
  isp: text,
  isProxy: flag,
  risk: z
    .object({
      detectionName: text,
      issuer: text,
      level,
      previousLevel: level,
      reasons: listOf(z.string()).nullish(),
    })
    .nullish(),
  userBehaviors: listOf(
    z.object({ id: text, name: text, result: oneOf(["UNKNOWN", "POSITIVE", "NEGATIVE", "BAD_REQUEST"]) }),
  ).nullish(),
});

/** The documented shape. What departs from it is marked, never refused: see `read-event.ts`. */
export const logEvent = z.object({
  uuid: z.string(),
  eventType: z.string(),
  published: z.string(),
  actor: actor.nullish(),
  authenticationContext: authenticationContext.nullish(),
  client: client.nullish(),
  debugContext: z.object({ debugData: anything }).nullish(),
  device: anything,
  displayMessage: text,
  insertionTimestamp: text,
  legacyEventType: text,
  outcome: z
    .object({
      reason: text,
      result: oneOf([
        "SUCCESS",
        "FAILURE",
        "SKIPPED",
        "ALLOW",
        "DENY",
        "CHALLENGE",
        "UNKNOWN",
        "RATE_LIMIT",
        "DEFERRED",
        "SCHEDULED",
        "ABANDONED",
        "UNANSWERED",
      ]),
    })
    .nullish(),
  request: z.object({ ipChain }).nullish(),
  securityContext: securityContext.nullish(),
  severity: oneOf(["DEBUG", "ERROR", "INFO", "WARN"]),
  target: listOf(target).nullish(),
  transaction: z.object({ detail: anything, id: text, type: text }).nullish(),
  version: text,
});

/**
 * An event as handlers get it. Besides `uuid`, `eventType` and `published` any field may be absent or null. Search
 * `target` by `type`, never by position: Okta promises no order.
 */
export type LogEvent = z.infer<typeof logEvent>;
