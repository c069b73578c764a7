/** What holds for each command of `npm run hook --`: its help, its exit codes, and its `--json`. */
import { tmpdir } from "node:os";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { processContext } from "../../netlify/cli/cli-context.ts";
import { buildProgram } from "../../netlify/cli/program.ts";
import { fakeTerminal } from "../support/fake-terminal.ts";
import { listen } from "../support/listen.ts";
import { typeHook } from "../support/type-hook.ts";

/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:9";

/** All that a person can type: `okta sync`, and not `okta`. */
function commandsBelow(parent: Command, words: readonly string[] = []): [string, Command][] {
  return parent.commands.flatMap((command) => {
    const path = [...words, command.name()];
    return command.commands.length === 0 ? [[path.join(" "), command]] : commandsBelow(command, path);
  });
}
const commands = commandsBelow(buildProgram(processContext(() => undefined, fakeTerminal())));

/** The least that each command needs, where that is more than its name. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  "new handler": ["a-name", "--on", "user.*"],
  pause: ["a-handler"],
  resume: ["a-handler"],
  show: ["2f1c8a1e"],
  replay: ["2f1c8a1e"],
  discard: ["2f1c8a1e", "--yes"],
  forget: ["jane@example.com", "--yes"],
  "okta catch-up": ["--since", "1h"],
  sync: ["people"],
};

const words = (command: string, ...more: readonly string[]) => [
  ...command.split(" "),
  ...(NEEDS[command] ?? []),
  ...more,
];

const has = (long: string) =>
  commands.filter(([, { options }]) => options.some((option) => option.long === long)).map(([path]) => path);
const all = commands.map(([path]) => path);
const withJson = has("--json");
const askOrg = all.filter((path) => path.startsWith("okta ") && path !== "okta catch-up");
const askSite = has("--url").filter((path) => !askOrg.includes(path));

describe("each command", () => {
  test.each(all)("`%s` tells in its help what it does, and gives an example", async (command) => {
    const { out, code } = await typeHook([...command.split(" "), "--help"]);
    expect(out).toMatch(/^Usage: hook /);
    expect(out).toMatch(/npm run (?:-s )?hook -- /);
    expect(code).toBe(0);
  });

  test.each(all)("`%s` ends with 2 for a flag that it does not have", async (command) => {
    const { lines, code } = await typeHook(words(command, "--no-such-flag"));
    expect(lines.join("\n")).toContain("unknown option '--no-such-flag'");
    expect(code).toBe(2);
  });

  test.each(all.filter((path) => !["types", "replay", "discard"].includes(path)))(
    "`%s` ends with 2 for a word too many",
    async (command) => {
      const several = ["one", "two", "three"];
      expect(await typeHook(words(command, ...several))).toMatchObject({ code: 2 });
    },
  );

  test.each(
    commands.flatMap(([path, { options }]) =>
      options.filter(({ required }) => required).map(({ long }): [string, string] => [path, long ?? ""]),
    ),
  )("`%s` ends with 2 where %s has no value", async (command, flag) => {
    const { lines, code } = await typeHook([...command.split(" "), flag]);
    expect(lines.join("\n")).toContain("argument missing");
    expect(code).toBe(2);
  });

  test.each(Object.keys(NEEDS))("`%s` ends with 2 without what it needs", async (command) => {
    expect(await typeHook(command.split(" "))).toMatchObject({ code: 2 });
  });
});

describe("--json", () => {
  test.each(withJson)("of `%s` has its shape in the help", async (command) => {
    const { out } = await typeHook([...command.split(" "), "--help"]);
    expect(out.replace(/\s+/g, " ")).toMatch(
      /--json print JSON: (?:a list of )?(?:\{\w|HOOK|the event alone)/,
    );
    expect(out).not.toContain("…");
  });

  test("is there wherever a command prints more than a sentence", () => {
    expect(all.filter((path) => !withJson.includes(path))).toEqual(["init", "okta rotate-secret", "alert"]);
  });
});

describe("exit code 1, and a sentence", () => {
  test.each(askSite)("`%s` where no site answers", async (command) => {
    const { lines, code } = await typeHook(words(command, "--url", NOBODY));
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatch(/\.$|cannot be reached|to look at/);
    expect(lines.join("\n")).not.toContain("    at ");
  });

  test.each(askSite)("`%s` where somebody else answers", async (command) => {
    const { url } = await listen((_call, response) => void response.end("<html>"));
    const { lines, code } = await typeHook(words(command, "--url", new URL(url).origin));
    expect(lines.length).toBeGreaterThan(0);
    expect(code).toBe(command === "preview" ? 0 : 1);
  });

  test.each(askOrg)("`%s` without an org", async (command) => {
    const { lines, code } = await typeHook(words(command));
    expect(lines.at(-1)).toContain("OKTA_ORG_URL is not set");
    expect(code).toBe(1);
  });

  test.each(askOrg)("`%s` without a network", async (command) => {
    const environment = { OKTA_ORG_URL: NOBODY, OKTA_API_TOKEN: "token", OKTA_HOOK_SECRET: "Basic c2VjcmV0" };
    const { lines, code } = await typeHook(words(command), { environment });
    expect(lines.at(-1)).toContain("127.0.0.1:9 cannot be reached");
    expect(lines.at(-1)).toContain("check OKTA_ORG_URL and the network");
    expect(code).toBe(1);
  });

  test("`alert` without an address, and without a network", async () => {
    expect(await typeHook(["alert"])).toMatchObject({ code: 1 });
    const environment = { ALERT_URL: `${NOBODY}/x`, ALERT_SECRET: `whsec_${"A".repeat(44)}` };
    expect(await typeHook(["alert"], { environment })).toMatchObject({ code: 1 });
  });

  test("`preview` of a file that cannot be read", async () => {
    for (const file of ["no-such-file.json", tmpdir()]) {
      const { lines, code } = await typeHook(["preview", "--file", file]);
      expect(lines.at(-1)).toMatch(/ cannot be read \((?:ENOENT|EISDIR)\)\.$/);
      expect(code).toBe(1);
    }
  });
});
