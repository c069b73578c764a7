import { describe, expect, test } from "vitest";
import { banner } from "../../../netlify/cli/start/banner.ts";

const said = (environment: Readonly<Record<string, string>>) =>
  banner("http://localhost:1337", (name) => environment[name]);

describe("npm start says whom the page lets in", () => {
  test("without a password: this machine, and how to close it", () => {
    expect(said({})).toMatch(/open to every program.*INSPECTOR_PASSWORD/);
  });

  test("with a password: whoever has it, and not which it is", () => {
    const text = said({ INSPECTOR_PASSWORD: "a-password-of-this-test" });
    expect(text).toContain("asks for INSPECTOR_PASSWORD");
    expect(text).not.toContain("open to every program");
    expect(text).not.toContain("a-password-of-this-test");
  });

  test("with one that is too short: nobody", () => {
    expect(said({ INSPECTOR_PASSWORD: "fifteen letters" })).toMatch(/! closed.*16 characters/);
  });
});

describe("npm start warns", () => {
  test("of a missing secret, naming the command that makes one", () => {
    expect(said({})).toMatch(/! OKTA_HOOK_SECRET is not set.*npm run hook -- init --basic/);
  });

  test("of each secret that a deploy refuses, and shows none", () => {
    const text = said({
      OKTA_HOOK_SECRET: "Basic YWRtaW46c3VwZXJzZWNyZXQ=",
      HOOKDECK_SIGNING_SECRET: "4711",
    });
    expect(text).toMatch(/! OKTA_HOOK_SECRET is the sample of Okta's guide.*refused when deployed/);
    expect(text).toMatch(/! HOOKDECK_SIGNING_SECRET has fewer than 16 characters.*refused when deployed/);
    expect(text).not.toMatch(/YWRtaW46c3VwZXJzZWNyZXQ|4711/);
  });

  test("of nothing where the secret is a good one", () => {
    expect(said({ OKTA_HOOK_SECRET: "a-secret-of-this-test" })).not.toContain("!");
  });
});
