/** The README and the pages beside the code say what is true: each command, option, link, setting and piece of code in them. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { processContext } from "../netlify/cli/cli-context.ts";
import { buildProgram } from "../netlify/cli/program.ts";
import { startCommand } from "../netlify/cli/start/options.ts";
import { fakeTerminal } from "./support/fake-terminal.ts";
import { anchorsOf, blocksOf, pages, readPage } from "./support/pages.ts";

const root = resolve(import.meta.dirname, "..");
const readme = readPage("README.md");
const everything = pages.map(readPage).join("\n");
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(resolve(root, "package.json"), "utf8")));

/** @throws where nothing matches: a check of no matches would pass whatever the pages say. */
function matchesOf(pattern: RegExp, text: string): string[] {
  const matches = [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))];
  if (matches.length === 0) throw new Error(`Nothing is like ${pattern} any more: mend the pattern`);
  return matches;
}

test("a pattern that matches nothing fails its check", () => {
  expect(() => matchesOf(/npm run (no-such-script)/g, everything)).toThrow("Nothing is like");
});

describe("the commands on the pages", () => {
  const program = buildProgram(processContext(() => undefined, fakeTerminal()));

  test.each(matchesOf(/npm run (?:-s )?(\w[\w-]*)/g, everything))("npm run %s is a script", (script) => {
    expect(Object.keys(scripts)).toContain(script);
  });

  const typed = matchesOf(/npm run (?:-s )?hook -- ((?:[^`\n#|]|\|(?= ))*[^`\n#|\s])/g, everything);
  test.each([...typed, ...commandsOfTables()])("hook -- %s is a command with these options", (line) => {
    expect(problemOf(program, line)).toBeUndefined();
  });

  test.each(matchesOf(/npm start -- ([^`\n#]*[^`\n#\s])/g, everything))(
    "npm start -- %s is understood",
    (line) => {
      expect(
        problemOf(
          startCommand(async () => undefined),
          line,
        ),
      ).toBeUndefined();
    },
  );

  test("an unknown command and an unknown option are problems", () => {
    expect(problemOf(program, "okta undo")).toBe("okta has no command undo");
    expect(problemOf(program, "replay --no-such-option")).toBe("replay has no option --no-such-option");
  });
});

/** The code in the first column of each table whose first column is headed "npm run hook --". */
function commandsOfTables(): string[] {
  const rows = matchesOf(
    /^\| (.+?) \| /gm,
    everything.replaceAll(/^\| `npm run hook --` .*\n\| --- .*\n((?:\|.*\n)*)/gm, mark),
  );
  return rows.filter((row) => row.startsWith("@@")).flatMap((row) => matchesOf(/`([^`]+)`/g, row));
}

/** Marks the rows below such a heading. */
function mark(_: string, rows: string): string {
  return rows.replaceAll(/^\| /gm, "| @@");
}

/** What is wrong with a line typed behind a program's name; undefined: nothing. */
function problemOf(program: Command, line: string): string | undefined {
  let command = program;
  for (const word of line.split(/\s+/)) {
    if (word === "--") return undefined;
    if (word.startsWith("--")) {
      const long = word.replace(/[=,].*/, "");
      const known = ["--help", "--version", ...command.options.map((option) => option.long)];
      if (!known.includes(long)) return `${command.name()} has no option ${long}`;
    } else if (command.commands.length > 0 && /^[a-z]/.test(word)) {
      const next = command.commands.find((one) => one.name() === word);
      if (!next) return `${command.name()} has no command ${word}`;
      command = next;
    }
  }
  return undefined;
}

describe.each(pages)("%s", (page) => {
  const text = readPage(page);
  const links = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map((match) => match[1] ?? "");

  test("links to files and headings that exist", () => {
    const broken = links.filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? page : join(dirname(page), file);
      if (!existsSync(resolve(root, target))) return true;
      return anchor !== undefined && !anchorsOf(readPage(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("is linked from the README", () => {
    if (page !== "README.md") expect(readme).toContain(`](${page})`);
  });

  test("has no placeholder left, and no line that a reader must scroll", () => {
    expect(text).not.toMatch(/@@|TODO/);
    const long = blocksOf(text)
      .flatMap(({ lines }) => lines)
      .filter((line) => line.length > 180);
    expect(long).toEqual([]);
  });
});

test("the map shows every folder of netlify/, and nothing that is not there", () => {
  const [map] = blocksOf(readPage("netlify/README.md"));
  const shown = (map?.lines ?? []).map((line) => line.split(" ", 1)[0] ?? "");
  for (const path of shown) expect(existsSync(resolve(root, path)), path).toBe(true);
  const folders = readdirSync(resolve(root, "netlify"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `netlify/${name}/`);
  expect(shown).toEqual(expect.arrayContaining(folders));
});

describe("the README", () => {
  test("is read in five minutes", () => {
    expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(270);
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

  test("finds each heading of Okta's guide in its table, and leads to ours", () => {
    const rows = readme.split("\n").filter((line) => /^\| .+\| \[.+\]\(.*#.+\) \|$/.test(line));
    const headings = rows
      .flatMap((row) => row.split("|")[1]?.split(/, (?=[A-Z])/) ?? [])
      .map((one) => one.trim());
    expect(headings).toEqual(GUIDE);
  });

  test("has one row for each setting of .env.example, and for no other", () => {
    const settings = matchesOf(/^([A-Z_]+)=/gm, readFileSync(resolve(root, ".env.example"), "utf8"));
    const section = readme.slice(readme.indexOf("## Settings"), readme.indexOf("## Read on"));
    const names = section
      .split("\n")
      .flatMap((line) => [...(/^\| (`.+?) \|/.exec(line)?.[1] ?? "").matchAll(/`([A-Z_]+)`/g)])
      .map((match) => match[1] ?? "");
    expect(names.toSorted()).toEqual(settings.toSorted());
  });

  test("shows pictures that are there", () => {
    for (const [, file = ""] of readme.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)) {
      expect(statSync(resolve(root, file)).size).toBeGreaterThan(10_000);
    }
  });
});

test("netlify/settings reads every setting of .env.example, and no other", () => {
  const settings = matchesOf(/^([A-Z_]+)=/gm, readFileSync(resolve(root, ".env.example"), "utf8"));
  const folder = resolve(root, "netlify/settings");
  const sources = readdirSync(folder).map((file) => readFileSync(resolve(folder, file), "utf8"));
  const read = matchesOf(/\b([A-Z]+(?:_[A-Z]+)+): z\./g, sources.join("\n"));
  expect(read.toSorted()).toEqual(settings.toSorted());
});

/** The headings of Okta's guide "Event Hooks with Hookdeck" (nodejs), in its order, without "See also". */
const GUIDE = [
  "Create a local application",
  "Clone the Hookdeck application",
  "Run the sample application",
  "Install Hookdeck",
  "Run Hookdeck",
  "Review Hookdeck dashboard",
  "Hookdeck development workflow",
  "Create an Okta Event Hook",
  "Set up the Event Hook",
  "Event Hook verification",
  "Preview, test, and review the Event Hook",
  "Preview",
  "Test",
];
