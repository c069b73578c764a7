import { describe, expect, it } from "vitest";
import { replayCommand } from "../../netlify/report/replay-command.ts";

describe("the command that replays an event", () => {
  it.each(["2f1c8a1e-6d0b-11f0-9a3e-5b0c8a7d1e2f", "event_1.b", "a".repeat(128)])("names %s", (uuid) => {
    expect(replayCommand(uuid)).toBe(`npm run hook -- replay ${uuid}`);
  });

  it.each([
    ["a;touch$", "{IFS}/tmp/x"].join(""),
    "$(touch /tmp/x)",
    "`touch`",
    'a" && touch x "',
    "a'b",
    "a|b",
    "a b",
    "a&b",
    "%PATH%",
    "a\nb",
    "--dead",
    "-x",
    "",
    "é",
    "a".repeat(129),
  ])("is not offered for %j", (uuid) => {
    expect(replayCommand(uuid)).not.toContain("npm run");
    expect(replayCommand(uuid)).toContain("page");
  });
});
