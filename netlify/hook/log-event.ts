/**
 * The event itself: Okta's LogEvent, the same object that the System Log API returns, as a zod schema.
 *
 * Written after component `LogEvent` of Okta's Management API contract, plus what real payloads carry besides
 * (`insertionTimestamp`, `device`, `client.ipChain`). Every field but three may be absent or null: the events that Okta
 * sends leave out keys without a value or send them as null. Fields that no document names pass unmarked: Okta adds
 * some in any release.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
import * as z from "zod/mini";
import { OUTCOMES, SEVERITIES } from "./documented-values.ts";
import { boundedList, compiledObject as object } from "./schema-parts.ts";

/** A value outside Okta's documented list: it is marked, but handlers still get it. */
type UndocumentedValue = string & {};

const text = z.nullish(z.string());
const number = z.nullish(z.number());
const flag = z.nullish(z.boolean());
/** An object whose keys Okta does not promise (`debugData`, `detailEntry` …): none of them is looked at. */
const keys: z.ZodMiniType<Record<string, unknown>> = object({});
const anything = z.nullish(keys);

function oneOf<const Value extends string>(values: readonly Value[]) {
  const schema: z.ZodMiniType<Value | UndocumentedValue> = z.enum(values);
  return z.nullish(schema);
}

const geographicalContext = z.nullish(
  object({
    city: text,
    country: text,
    geolocation: z.nullish(object({ lat: number, lon: number })),
    postalCode: text,
    state: text,
  }),
);

const ipDetails = z.nullish(
  object({
    asNumber: number,
    asOrg: text,
    domain: text,
    ipServiceCategories: z.nullish(
      boundedList(
        object({
          isAnonymous: flag,
          operator: text,
          type: oneOf(["VPN", "Proxy", "Tor", "Residential Proxy", "Blockchain VPN"]),
        }),
      ),
    ),
    isp: text,
  }),
);

const ipChain = z.nullish(
  boundedList(object({ geographicalContext, ip: text, ipDetails, source: text, version: text })),
);

const actor = object({ alternateId: text, detailEntry: anything, displayName: text, id: text, type: text });

const target = object({
  alternateId: text,
  changeDetails: z.nullish(object({ from: anything, to: anything })),
  detailEntry: anything,
  displayName: text,
  id: text,
  type: text,
});

const authenticationContext = object({
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
  issuer: z.nullish(object({ id: text, type: text })),
});

const client = object({
  device: text,
  geographicalContext,
  id: text,
  ipAddress: text,
  ipChain,
  userAgent: z.nullish(object({ browser: text, os: text, rawUserAgent: text })),
  zone: text,
});

const level = oneOf(["LOW", "MEDIUM", "HIGH"]);

const securityContext = object({
  asNumber: number,
  asOrg: text,
  botProtection: z.nullish(object({ level: oneOf(["NONE", "LOW", "MEDIUM", "HIGH"]) })),
  domain: text,
  ipDetails,
  isp: text,
  isProxy: flag,
  risk: z.nullish(
    object({
      detectionName: text,
      issuer: text,
      level,
      previousLevel: level,
      reasons: z.nullish(boundedList(z.string())),
    }),
  ),
  userBehaviors: z.nullish(
    boundedList(
      object({ id: text, name: text, result: oneOf(["UNKNOWN", "POSITIVE", "NEGATIVE", "BAD_REQUEST"]) }),
    ),
  ),
});

/** The documented shape. What departs from it is marked, never refused: see `read-event.ts`. */
export const logEvent = object({
  uuid: z.string(),
  eventType: z.string(),
  published: z.string(),
  actor: z.nullish(actor),
  authenticationContext: z.nullish(authenticationContext),
  client: z.nullish(client),
  debugContext: z.nullish(object({ debugData: anything })),
  device: anything,
  displayMessage: text,
  insertionTimestamp: text,
  legacyEventType: text,
  outcome: z.nullish(
    object({
      reason: text,
      result: oneOf(OUTCOMES),
    }),
  ),
  request: z.nullish(object({ ipChain })),
  securityContext: z.nullish(securityContext),
  severity: oneOf(SEVERITIES),
  target: z.nullish(boundedList(target)),
  transaction: z.nullish(object({ detail: anything, id: text, type: text })),
  version: text,
});

/**
 * An event as handlers get it. Besides `uuid`, `eventType` and `published` any field may be absent or null. Search
 * `target` by `type`, never by position: Okta promises no order.
 */
export type LogEvent = z.infer<typeof logEvent>;
