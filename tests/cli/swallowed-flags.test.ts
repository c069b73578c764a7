import { describe, expect, test } from "vitest";
import { correctSwallowedFlags, type KnownFlag } from "../../netlify/cli/swallowed-flags.ts";

const flags: readonly KnownFlag[] = [
  { long: "--sample", value: undefined },
  { long: "--url", value: "<address>" },
  { long: "--count", value: "<number>" },
  { long: "--file", value: "<file>" },
  { long: "--no-wait", value: undefined },
];

/** As npm hands it on: what it kept is in the environment, the rest are arguments. */
const correct = (args: readonly string[], kept: Record<string, string>) =>
  correctSwallowedFlags("npm run hook", args, flags, kept);

describe("a flag typed without -- before it", () => {
  test("is put where it reaches the command", () => {
    expect(correct(["preview"], { npm_config_sample: "true" })).toBe("npm run hook -- preview --sample");
  });

  test("keeps the value that npm took along", () => {
    expect(correct(["preview"], { npm_config_count: "3" })).toBe("npm run hook -- preview --count 3");
  });

  test("gets the value back that npm left among the arguments", () => {
    expect(
      correct(["preview", "user.account.lock", "https://example.com/x"], { npm_config_url: "true" }),
    ).toBe("npm run hook -- preview user.account.lock --url https://example.com/x");
  });

  test("shows what belongs there when the value is nowhere", () => {
    expect(correct(["preview"], { npm_config_url: "true" })).toBe("npm run hook -- preview --url <address>");
  });

  test("is told from the arguments of a command without a name of its own, as npm start is", () => {
    const port: KnownFlag = { long: "--port", value: "<number>" };
    expect(correctSwallowedFlags("npm start", ["1338"], [port], { npm_config_port: "true" })).toBe(
      "npm start -- --port 1338",
    );
  });

  test("is recognised where it begins with no, of which npm makes an empty value", () => {
    expect(correct(["preview"], { npm_config_wait: "" })).toBe("npm run hook -- preview --no-wait");
  });

  test.each(["user.*", "a>b", "<b"])("is shown with `%s` quoted, as a shell needs it", (word) => {
    expect(correct(["preview", word], { npm_config_sample: "true" })).toBe(
      `npm run hook -- preview '${word}' --sample`,
    );
  });

  test("quotes what a shell would take apart", () => {
    expect(correct(["preview", "it's $HOME"], { npm_config_sample: "true" })).toBe(
      "npm run hook -- preview 'it'\\''s $HOME' --sample",
    );
  });
});

describe("nothing is corrected", () => {
  test("when npm kept nothing", () => {
    expect(correct(["preview", "--sample"], {})).toBeNull();
  });

  test("when the flag did arrive", () => {
    expect(correct(["preview", "--url=http://localhost"], { npm_config_url: "true" })).toBeNull();
  });

  test("for npm's own settings", () => {
    expect(
      correct(["preview"], { npm_config_registry: "https://example.com", npm_config_sample: "" }),
    ).toBeNull();
  });
});
