/** The pages that people read beside the code, for the tests that hold them to it. */
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** Every page a user reads, from the project's folder. Records of the past (changelog, decisions) may name what is gone. */
export const pages: readonly string[] = [
  "README.md",
  ".github/CONTRIBUTING.md",
  ...globSync("netlify/**/*.md", { cwd: root }).filter((page) => !/(CHANGELOG|decisions)\.md$/.test(page)),
].toSorted();

/** The text of a page. */
export function readPage(page: string): string {
  return readFileSync(resolve(root, page), "utf8");
}

/**
 * What a page shows as the output of a command, without the line that types it.
 * @param command as typed, e.g. `npm run hook -- okta sync`
 * @throws where no block of the page begins with it
 */
export function shownOutput(page: string, command: string): string {
  const block = blocksOf(readPage(page)).find(({ lines }) => lines[0]?.startsWith(`$ ${command}`));
  if (!block) throw new Error(`${page} shows no output of ${command}`);
  return block.lines.slice(1).join("\n");
}

/** The page's addresses as the tests of the commands have them. */
export function asHere(shown: string): string {
  return shown
    .replaceAll("acme.okta.com", "127.0.0.1:PORT")
    .replaceAll("your-site.netlify.app", "hooks.example.com");
}

/** A line of output without what differs each time: ids, times, durations, ports. */
export function shapeOf(line: string): string {
  return line
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UUID")
    .replaceAll(/\b00u\w{17}\b/g, "ID")
    .replaceAll(/\b\d+ ms\b/g, "N ms")
    .replaceAll(/\b\d\d:\d\d:\d\d\b/g, "TIME")
    .replaceAll(/localhost:\d+/g, "localhost:PORT");
}

/** A block of code: its language, "" for none, and its lines. */
export interface CodeBlock {
  readonly language: string;
  readonly lines: readonly string[];
}

/** The fenced blocks of a page, in order. */
export function blocksOf(text: string): CodeBlock[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", code = ""]) => ({
    language,
    lines: code.trimEnd().split("\n"),
  }));
}

/** The anchors that GitHub gives a page's headings. */
export function anchorsOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, "");
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
