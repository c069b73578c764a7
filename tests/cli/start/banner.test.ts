import { describe, expect, test } from "vitest";
import { banner } from "../../../netlify/cli/start/banner.ts";

const said = (environment: Readonly<Record<string, string>>) =>
  banner("http://localhost:1337", (name) => environment[name]);

describe("npm start says whom the page lets in", () => {
  test("without a password: this machine, and how to close it", () => {
    expect(said({})).toMatch(/open to this machine.*INSPECTOR_PASSWORD/);
  });

  test("with a password: whoever has it, and not which it is", () => {
    const text = said({ INSPECTOR_PASSWORD: "a-password-of-this-test" });
    expect(text).toContain("asks for INSPECTOR_PASSWORD");
    expect(text).not.toContain("open to this machine");
    expect(text).not.toContain("a-password-of-this-test");
  });

  test("with one that is too short: nobody", () => {
    expect(said({ INSPECTOR_PASSWORD: "fifteen letters" })).toMatch(/! closed.*16 characters/);
  });
});
