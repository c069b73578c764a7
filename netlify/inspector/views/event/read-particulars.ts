/**
 * What a person wants to know of an event beyond its summary: from where it was done, to what all, and why it ended so.
 * Read from the payload, which may hold anything at any place: whatever is not as documented is left out.
 */

export interface Particulars {
  readonly reason: string | null;
  /** E.g. `203.0.113.42`. */
  readonly ip: string | null;
  /** E.g. `San Francisco, California, United States`. */
  readonly place: string | null;
  /** E.g. `Chrome on Mac OS X, Computer`. */
  readonly device: string | null;
  readonly targets: readonly PartyDetails[];
}

export interface PartyDetails {
  readonly type: string | null;
  readonly name: string | null;
  readonly login: string | null;
  readonly id: string | null;
}

/** @param json the event as stored; null or not JSON: nothing is known. */
export function readParticulars(json: string | null): Particulars {
  const event = objectOf(parse(json));
  const client = objectOf(event.client);
  const geography = objectOf(client.geographicalContext);
  const userAgent = objectOf(client.userAgent);
  const chain = Array.isArray(client.ipChain) ? client.ipChain : [];
  const program = joined([textOf(userAgent.browser), textOf(userAgent.os)], " on ");
  return {
    reason: textOf(objectOf(event.outcome).reason),
    ip: textOf(client.ipAddress) ?? textOf(objectOf(chain[0]).ip),
    place: joined([textOf(geography.city), textOf(geography.state), textOf(geography.country)], ", "),
    device: joined([program, textOf(client.device)], ", "),
    targets: (Array.isArray(event.target) ? event.target : []).map(named),
  };
}

function named(target: unknown): PartyDetails {
  const { type, displayName, alternateId, id } = objectOf(target);
  return { type: textOf(type), name: textOf(displayName), login: textOf(alternateId), id: textOf(id) };
}

function parse(json: string | null): unknown {
  if (json === null) return null;
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** Okta writes "unknown" and "null" where it knows nothing. Nobody reads a value of a thousand characters in a line. */
function textOf(value: unknown): string | null {
  if (typeof value !== "string" || value === "" || /^(?:unknown|null)$/i.test(value)) return null;
  return value.length > 300 ? `${value.slice(0, 300)}…` : value;
}

function joined(parts: readonly (string | null)[], by: string): string | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.join(by);
}
