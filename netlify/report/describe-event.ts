/** An event in one sentence: actor, action, target and outcome. Used wherever a person reads events. */
import type { LogEvent } from "../hook/log-event.ts";

const MAX_TARGETS = 3;
const MAX_NAME_LENGTH = 120;

/** The fields that a sentence is made of. A LogEvent has them all. */
export type DescribedEvent = Pick<LogEvent, "eventType" | "displayMessage" | "actor" | "target" | "outcome">;

/**
 * For example `Create Okta user: Jane Doe (00u1…) by Joe Admin (00u2…)`. The text is the payload's own: make it
 * printable before it reaches a terminal.
 */
export function describeEvent(event: DescribedEvent): string {
  const what = event.displayMessage || event.eventType;
  const targets = (event.target ?? []).map(describeParty).filter((name) => name !== null);
  const whom = targets.slice(0, MAX_TARGETS).join(", ");
  const more = targets.length > MAX_TARGETS ? ` and ${targets.length - MAX_TARGETS} more` : "";
  const who = event.actor ? describeParty(event.actor) : null;
  return `${short(what)}${whom ? `: ${whom}${more}` : ""}${who ? ` by ${who}` : whom ? "" : ", no actor"}${describeOutcome(event)}`;
}

type Party = Pick<NonNullable<LogEvent["actor"]>, "displayName" | "alternateId" | "id" | "type">;

function describeParty(party: Party): string | null {
  const name = party.displayName || party.alternateId;
  if (name && party.id) return `${short(name)} (${short(party.id)})`;
  const only = name || party.id || party.type;
  return only ? short(only) : null;
}

function describeOutcome({ outcome }: DescribedEvent): string {
  const result = outcome?.result;
  if (!result || result.toUpperCase() === "SUCCESS") return "";
  return outcome.reason ? ` (${short(result)}: ${short(outcome.reason)})` : ` (${short(result)})`;
}

function short(text: string): string {
  return text.length > MAX_NAME_LENGTH ? `${text.slice(0, MAX_NAME_LENGTH)}…` : text;
}
