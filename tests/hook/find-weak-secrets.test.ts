import { describe, expect, it } from "vitest";
import { findWeakSecrets } from "../../netlify/hook/find-weak-secrets.ts";

const settings = { secrets: [], header: "authorization", signingSecret: undefined };
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

const weaknessOf = (secret: string) => findWeakSecrets({ ...settings, secrets: [secret] })[0]?.weakness;

describe("a secret is too weak", () => {
  it.each([
    "Basic YWRtaW46c3VwZXJzZWNyZXQ=",
    "YWRtaW46c3VwZXJzZWNyZXQ=",
    "YWRtaW46c3VwZXJzZWNyZXQ",
    "basic ywrtaw46c3vwzxjzzwnyzxq=",
    "BASIC  YWRtaW46c3VwZXJzZWNyZXQ=",
    "Bearer YWRtaW46c3VwZXJzZWNyZXQ=",
    "YWRtaW46c3VwZXJzZWNyZXQ%3D",
    '"Basic YWRtaW46c3VwZXJzZWNyZXQ="',
    "admin:supersecret",
    "Basic admin:supersecret",
    // What `echo admin:supersecret | base64` makes.
    "YWRtaW46c3VwZXJzZWNyZXQK",
  ])("as the guide's sample: %s", (secret) => {
    expect(weaknessOf(secret)).toBe("is the sample of Okta's guide");
  });

  it.each(["x", "supersecret", "123456789012345"])("below 16 characters: %s", (secret) => {
    expect(weaknessOf(secret)).toBe("has fewer than 16 characters");
  });

  it.each([
    basic("admin:x"),
    basic("a-user-with-a-long-name:short"),
    basic("okta:123456789012345"),
    basic("okta:123456789012345\n"),
    basic("okta:"),
    basic("okta:x").replace("Basic", "bAsIc"),
    "Basic x",
  ])("below 16 characters in the password of Basic: %s", (secret) => {
    expect(weaknessOf(secret)).toBe("has fewer than 16 characters in its password");
  });
});

describe("a secret is strong enough", () => {
  it.each([
    "1234567890123456",
    "two words that nobody guesses",
    basic("okta:1234567890123456"),
    basic("okta:with:colons:in:it:16"),
    // Nobody decodes it: what is no name and password is measured as it stands.
    "Basic a-secret-of-this-test",
  ])("from 16 characters on: %s", (secret) => {
    expect(weaknessOf(secret)).toBeUndefined();
  });

  it("or absent: that is another question", () => {
    expect(findWeakSecrets(settings)).toEqual([]);
  });
});

it("each weak setting is named", () => {
  const weak = findWeakSecrets({ ...settings, secrets: ["x", "y"], signingSecret: "123456789012345" });
  expect(weak.map(({ variable }) => variable)).toEqual([
    "OKTA_HOOK_SECRET",
    "OKTA_HOOK_SECRET_PREVIOUS",
    "HOOKDECK_SIGNING_SECRET",
  ]);
});
