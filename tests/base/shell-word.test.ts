import { describe, expect, it } from "vitest";
import { shellWord } from "../../netlify/base/shell-word.ts";
import { diagnoseHook } from "../../netlify/okta/diagnose-hook.ts";

const hostile = [
  "$(touch /tmp/x)",
  "`id`",
  'a" "b',
  "a\\",
  "wow!",
  "%PATH%",
  "a;b",
  "a|b",
  "a'b",
  "a\nb",
  "--yes",
  "a\u202eb",
  "",
];

describe("a word of a command that is offered", () => {
  it("is quoted where it has to be", () => {
    expect(shellWord("who0001")).toBe("who0001");
    expect(shellWord("Neue Benutzer: Köln (2)")).toBe('"Neue Benutzer: Köln (2)"');
  });

  it.each(hostile)("is not made of %j", (text) => {
    expect(shellWord(text)).toBeNull();
  });

  it.each(hostile)("is a hook's id where its name in the org is %j", (name) => {
    const hook = { id: "who0001", name, active: true, verified: false, address: "https://hooks.example/" };
    expect(diagnoseHook(hook).fix).toBe("npm run hook -- okta verify who0001");
  });
});
