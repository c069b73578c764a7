import { describe, expect, it } from "vitest";
import { describeEvent } from "../../netlify/report/describe-event.ts";

const jane = { id: "00u1", type: "User", displayName: "Jane Doe", alternateId: "jane@example.com" };
const ada = { id: "00u2", type: "User", displayName: "Ada Admin" };
const created = { eventType: "user.lifecycle.create", displayMessage: "Create Okta user" };

describe("an event reads", () => {
  it.each([
    [
      "who did what to whom",
      { ...created, actor: ada, target: [jane] },
      "Create Okta user: Jane Doe (00u1) by Ada Admin (00u2)",
    ],
    [
      "its type, where it has no message",
      { eventType: "user.session.start", displayMessage: null },
      "user.session.start, no actor",
    ],
    ["nothing of a success", { ...created, outcome: { result: "SUCCESS" } }, "Create Okta user, no actor"],
    [
      "nothing of a Preview's Success",
      { ...created, outcome: { result: "Success" } },
      "Create Okta user, no actor",
    ],
    [
      "how it failed",
      { ...created, outcome: { result: "FAILURE", reason: "INVALID_CREDENTIALS" } },
      "Create Okta user, no actor (FAILURE: INVALID_CREDENTIALS)",
    ],
    [
      "how it ended without a reason",
      { ...created, outcome: { result: "DENY", reason: null } },
      "Create Okta user, no actor (DENY)",
    ],
    [
      "three targets and a count",
      { ...created, target: ["A", "B", "C", "D", "E"].map((displayName) => ({ displayName })) },
      "Create Okta user: A, B, C and 2 more",
    ],
    [
      "a login, where there is no name",
      { ...created, target: [{ id: "00u1", alternateId: "jane@example.com" }] },
      "Create Okta user: jane@example.com (00u1)",
    ],
    [
      "an id, where there is nothing better",
      { ...created, target: [{ id: "00u1", displayName: null }] },
      "Create Okta user: 00u1",
    ],
    [
      "a kind, where there is not even that",
      { ...created, actor: { type: "SystemPrincipal", displayName: "" } },
      "Create Okta user by SystemPrincipal",
    ],
    [
      "on where parties are nulls",
      { ...created, actor: null, target: null, outcome: null },
      "Create Okta user, no actor",
    ],
    [
      "on where parties are empty",
      { ...created, actor: {}, target: [{}, jane], outcome: {} },
      "Create Okta user: Jane Doe (00u1)",
    ],
  ])("%s", (_, event, sentence) => {
    expect(describeEvent(event)).toBe(sentence);
  });

  it("short, however long its names are", () => {
    const long = "x".repeat(100_000);
    const event = {
      eventType: long,
      actor: { displayName: long, id: long },
      target: [{ displayName: long, id: long }],
    };

    expect(describeEvent(event).length).toBeLessThan(700);
  });
});
