import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { processContext } from "../netlify/cli/cli-context.ts";
import { buildProgram } from "../netlify/cli/program.ts";
import { fakeTerminal } from "./support/fake-terminal.ts";

const root = resolve(import.meta.dirname, "..");
const readme = readFileSync(resolve(root, "README.md"), "utf8");
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")));

/** @throws where nothing matches: a check of no matches would pass whatever the README says. */
function matchesOf(pattern: RegExp, text = readme): string[] {
  const matches = [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))];
  if (matches.length === 0) throw new Error(`Nothing is like ${pattern} any more: mend the pattern`);
  return matches;
}

test("a pattern that matches nothing fails its check", () => {
  expect(() => matchesOf(/npm run (no-such-script)/g)).toThrow("Nothing is like");
});

describe("the README", () => {
  test.each(matchesOf(/npm run ([\w-]+)/g))("names the script %s, which exists", (script) => {
    expect(Object.keys(scripts)).toContain(script);
  });

  test.each(matchesOf(/npm run hook -- ([a-z]+)/g))("names the command %s, which exists", (name) => {
    const program = buildProgram(processContext(() => undefined, fakeTerminal()));
    expect(program.commands.map((command) => command.name())).toContain(name);
  });

  test.each(matchesOf(/^(netlify\/[\w./-]+|tests\/)/gm))("shows %s on its map, which exists", (path) => {
    expect(existsSync(resolve(root, path))).toBe(true);
  });

  test.each(matchesOf(/\]\((?!https?:)([^)]+)\)/g))("links to %s, which exists", (target) => {
    const [file = "", anchor] = target.split("#");
    expect(existsSync(resolve(root, file || "README.md"))).toBe(true);
    if (anchor !== undefined) expect(matchesOf(/^#+ (.+)$/gm).map(anchorOf)).toContain(anchor);
  });

  test.each(["tests/support/offboard-user.ts", "tests/handler-kit/readme-example.test.ts"])(
    "shows the code of %s, which is compiled and run",
    (file) => {
      const code = readFileSync(resolve(root, file), "utf8");
      expect(readme).toContain(
        code.replace("../support/offboard-user.ts", "../../netlify/handlers/offboard-user.ts"),
      );
    },
  );

  test("lists every setting of .env.example", () => {
    const settings = matchesOf(/^([A-Z_]+)=/gm, readFileSync(resolve(root, ".env.example"), "utf8"));
    const section = readme.slice(readme.indexOf("## Settings"), readme.indexOf("## Answers"));
    expect(matchesOf(/`([A-Z_]+)`/g, section)).toEqual(expect.arrayContaining(settings));
  });
});

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}
