import { describe, expect, it } from "vitest";
import { SettingsError } from "../../netlify/settings/environment.ts";
import { readHookSettings } from "../../netlify/settings/hook-settings.ts";
import { readLogPayloads } from "../../netlify/settings/site-settings.ts";

const from = (values: Record<string, string>) => (name: string) => values[name];

/** What reading these settings throws. */
function errorOf(read: () => unknown): SettingsError {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error("The settings were read without an error");
}

describe("the endpoint's settings", () => {
  it("are all optional", () => {
    expect(readHookSettings(from({}))).toEqual({
      secrets: [],
      header: "authorization",
      signingSecret: undefined,
    });
  });

  it("are read as they stand in the environment, trimmed, the header in lower case", () => {
    const environment = from({
      OKTA_HOOK_SECRET: " Basic b25l ",
      OKTA_HOOK_SECRET_PREVIOUS: "two words",
      OKTA_HOOK_HEADER: "X-Our-Secret",
      HOOKDECK_SIGNING_SECRET: "sign",
    });

    expect(readHookSettings(environment)).toEqual({
      secrets: ["Basic b25l", "two words"],
      header: "x-our-secret",
      signingSecret: "sign",
    });
  });

  it.each(["", " ", "\t\n"])("count as absent where their value is %j", (empty) => {
    const environment = from({
      ...{ OKTA_HOOK_SECRET: empty, OKTA_HOOK_SECRET_PREVIOUS: empty, OKTA_HOOK_HEADER: empty },
      ...{ HOOKDECK_SIGNING_SECRET: empty },
    });

    expect(readHookSettings(environment)).toEqual(readHookSettings(from({})));
  });

  it.each([
    ["OKTA_HOOK_SECRET", "line\nbreak-4711"],
    ["OKTA_HOOK_SECRET", "pässwörd-4711"],
    ["OKTA_HOOK_SECRET", "x4711".repeat(1000)],
    ["OKTA_HOOK_SECRET", "é4711".repeat(1000)],
    ["OKTA_HOOK_SECRET_PREVIOUS", "\u001b4711"],
    ["OKTA_HOOK_HEADER", "two words-4711"],
    ["OKTA_HOOK_HEADER", "name-4711:"],
    ["HOOKDECK_SIGNING_SECRET", "x4711".repeat(1000)],
  ])("that cannot be used are an error naming %s once and its value never", (variable, value) => {
    const error = errorOf(() => readHookSettings(from({ OKTA_HOOK_SECRET: "right", [variable]: value })));

    expect(error.variables).toEqual([variable]);
    expect(error.message).toContain(`${variable} must`);
    expect(error.message).not.toContain("4711");
  });

  it("that cannot be used are named together", () => {
    const error = errorOf(() => readHookSettings(from({ OKTA_HOOK_SECRET: "é", OKTA_HOOK_HEADER: "a b" })));

    expect(error.variables).toEqual(["OKTA_HOOK_SECRET", "OKTA_HOOK_HEADER"]);
  });

  it("have no previous secret without a current one", () => {
    const error = errorOf(() => readHookSettings(from({ OKTA_HOOK_SECRET_PREVIOUS: "old" })));

    expect(error.message).toBe("OKTA_HOOK_SECRET must be set where OKTA_HOOK_SECRET_PREVIOUS is");
  });

  it("do not depend on settings of other parts", () => {
    expect(() => readHookSettings(from({ LOG_PAYLOADS: "perhaps", RETENTION_DAYS: "-1" }))).not.toThrow();
  });
});

describe("LOG_PAYLOADS", () => {
  it.each([
    [undefined, undefined],
    ["", undefined],
    ["true", true],
    ["TRUE", true],
    ["1", true],
    [" on ", true],
    ["yes", true],
    ["false", false],
    ["0", false],
    ["off", false],
    ["no", false],
  ])("of %j means %j", (value, expected) => {
    expect(readLogPayloads(from(value === undefined ? {} : { LOG_PAYLOADS: value }))).toBe(expected);
  });

  it("of any other value is an error that names it", () => {
    expect(errorOf(() => readLogPayloads(from({ LOG_PAYLOADS: "perhaps" }))).message).toBe(
      "LOG_PAYLOADS must be true or false",
    );
  });
});
