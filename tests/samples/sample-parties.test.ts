import { describe, expect, it, test } from "vitest";
import { makeEvent } from "#handler-kit/testing";
import { eligibleEventTypes, type OktaEventType } from "../../netlify/catalogue/event-types.ts";
import { readEvent } from "../../netlify/hook/read-event.ts";
import { sampleDelivery } from "../../netlify/samples/sample-delivery.ts";

const families: readonly [OktaEventType, string, string[]][] = [
  ["user.lifecycle.deactivate", "User", ["User"]],
  ["group.user_membership.add", "User", ["User", "UserGroup"]],
  ["application.user_membership.add", "User", ["AppUser", "AppInstance", "User"]],
  ["policy.rule.update", "User", ["PolicyEntity", "PolicyRule"]],
  ["policy.lifecycle.update", "User", ["PolicyEntity"]],
  ["system.api_token.create", "User", ["Token"]],
  ["user.mfa.factor.activate", "User", ["User", "AuthenticatorEnrollment"]],
  ["system.import.complete", "SystemPrincipal", ["AppInstance"]],
];

describe.each(families)("an event %s", (eventType, actorType, targetTypes) => {
  it("has the actor and the targets of its family, made for a test or sent by preview", () => {
    const [sent] = sampleEvents(eventType);
    for (const event of [makeEvent(eventType), sent]) {
      expect(event).toMatchObject({
        eventType,
        actor: { type: actorType },
        target: targetTypes.map((type) => ({ type })),
      });
    }
  });
});

test("a network zone's event, of which hooks get none, is about a zone", () => {
  expect(sampleEvents("zone.update")[0]).toMatchObject({ target: [{ type: "NetworkZone" }] });
});

test("somebody who acts on their own account is one person", () => {
  const { actor, target } = makeEvent("user.account.update_password");
  expect(target?.[0]?.id).toBe(actor?.id);
});

test.each(eligibleEventTypes.map((eventType) => [eventType]))("%s reads without a remark", (eventType) => {
  for (const event of [makeEvent(eventType), ...sampleEvents(eventType)]) {
    expect(readEvent(event)).toMatchObject({ readable: true, schemaDeviations: [] });
  }
});

function sampleEvents(eventType: string): unknown[] {
  const { data } = sampleDelivery({ eventType, now: new Date("2026-01-15T09:30:00Z"), sparse: false });
  return (data as { events: unknown[] }).events;
}
