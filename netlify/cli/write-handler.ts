/** Writes the files of a new handler. Nothing is written over, and nothing at all where one of them cannot be. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { subscribedEventTypes } from "../handler-kit/event-pattern.ts";
import { CommandError } from "./terminal.ts";

const HANDLERS = "netlify/handlers";
const TESTS = "tests/handlers";
/** Of the formatter (`biome.json`). */
const LINE_WIDTH = 110;

/** What the handler is called, and what it listens to. */
export interface NewHandler {
  readonly name: string;
  readonly on: readonly string[];
}

/**
 * @param directory the project's folder
 * @returns the files that were written, from that folder
 * @throws {CommandError} when the name is taken, or `index.ts` has another form than we know
 */
export async function writeHandler(directory: string, handler: NewHandler): Promise<string[]> {
  const { name } = handler;
  const file = `${HANDLERS}/${name}.ts`;
  const test = `${TESTS}/${name}.test.ts`;
  const index = `${HANDLERS}/index.ts`;
  for (const one of [file, test]) {
    if (existsSync(join(directory, one)))
      throw new CommandError(`${one} is there already. Choose another name.`);
  }
  const before = await readFile(join(directory, index), "utf8").catch((cause: unknown) => {
    throw new CommandError(`${index} cannot be read: ${reasonOf(cause)}`, { cause });
  });
  const imported = freeIdentifier(before, name);
  const after = addToIndex(before, name, imported);
  if (after === undefined) {
    throw new CommandError(
      `${index} has no line "export const handlers = listHandlers([…]);". Nothing was written: put that back first.`,
    );
  }
  const made: string[] = [];
  try {
    await mkdir(join(directory, TESTS), { recursive: true });
    for (const [one, text] of [
      [file, handlerText(handler)],
      [test, testText(handler, imported)],
    ] as const) {
      await writeFile(join(directory, one), text, { flag: "wx" });
      made.push(one);
    }
    await writeFile(join(directory, index), after);
  } catch (cause) {
    for (const one of made) await rm(join(directory, one), { force: true });
    throw new CommandError(`Nothing was written: ${reasonOf(cause)}`, { cause });
  }
  return [file, index, test];
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** `offboard-user` as a name in the code; one that would be a word of the language, or begin with a digit, is prefixed. */
function identifier(name: string): string {
  const camel = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return /^\d/.test(camel) || !name.includes("-")
    ? `handle${camel.charAt(0).toUpperCase()}${camel.slice(1)}`
    : camel;
}

/** A name that the index has not given to anything yet: `user` and `handle-user` would both be `handleUser`. */
function freeIdentifier(index: string, name: string): string {
  const wanted = identifier(name);
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? wanted : `${wanted}${number}`;
    if (!new RegExp(`\\b${candidate}\\b`).test(index)) return candidate;
  }
}

/** The index with one import and one element more, as the formatter would write it; undefined where it has another form. */
function addToIndex(before: string, name: string, imported: string): string | undefined {
  // As git on Windows may have it.
  const ending = before.includes("\r\n") ? "\r\n" : "\n";
  const text = before.replaceAll("\r\n", "\n");
  const list = /(listHandlers\(\[)([^\]]*)(\]\))/.exec(text);
  if (!list) return undefined;
  const [whole, open = "", inside = "", close = ""] = list;
  const start = text.lastIndexOf("\n", list.index) + 1;
  const one = `${open}${[...elements(inside), imported].join(", ")}${close}`;
  const isShort = list.index - start + one.length < LINE_WIDTH && !/\/[/*]/.test(inside);
  const broken = `${open}\n${inside.trim() === "" ? "" : `  ${endWithComma(inside.trim())}\n`}  ${imported},\n${close}`;
  const listed = text.replace(whole, () => (isShort ? one : broken));
  return addImport(listed, name, imported)?.replaceAll("\n", ending);
}

const elements = (inside: string) =>
  inside
    .split(",")
    .map((element) => element.trim())
    .filter((element) => element !== "");

/** One element a line. */
function endWithComma(inside: string): string {
  const lines = inside.includes("\n") ? inside : elements(inside).join(",\n  ");
  return /(?:,|\/\/.*|\*\/)$/.test(lines) ? lines : `${lines},`;
}

/** The import, among those of the same folder by name. */
function addImport(text: string, name: string, imported: string): string | undefined {
  const line = `import ${imported} from "./${name}.ts";`;
  const imports = [...text.matchAll(/^import [^;]+ from "([^"]+)";$/gm)];
  const later = imports.find(([, from = ""]) => from.startsWith("./") && from > `./${name}.ts`);
  if (later) return `${text.slice(0, later.index)}${line}\n${text.slice(later.index)}`;
  const last = imports.at(-1);
  if (!last) return undefined;
  const end = last.index + last[0].length;
  return `${text.slice(0, end)}\n${line}${text.slice(end)}`;
}

function handlerText({ name, on }: NewHandler): string {
  const [only] = on;
  const patterns =
    on.length === 1 ? JSON.stringify(only) : `[${on.map((one) => JSON.stringify(one)).join(", ")}]`;
  return `import { defineHandler } from "#handler-kit";

export default defineHandler({
  name: ${JSON.stringify(name)},
  on: ${patterns},
  // What it needs, from .env or the site's environment variables: import * as z from "zod", and
  // settings: z.object({ HR_URL: z.url(), HR_TOKEN: z.string().min(16) }),
  // Which of these events it is for: when: (event) => event.actor?.type === "User",
  async handle(event, { log }) {
    // Read targets by type, never by position: Okta promises no order.
    const user = event.target?.find((target) => target.type === "User");
    // It may run twice: hand \`event.uuid\` on as the idempotency key, and the context's \`signal\` to each \`fetch\`.
    log.info("handled", { id: user?.id });
  },
});
`;
}

function testText({ name, on }: NewHandler, imported: string): string {
  const [pattern = "*"] = on;
  const type = sampleTypeOf(pattern);
  return `import { expect, test } from "vitest";
import { makeEvent, runHandler } from "#handler-kit/testing";
import ${imported} from "../../netlify/handlers/${name}.ts";

test("${name} handles an event", async () => {
  const event = makeEvent(${JSON.stringify(type)});
  const { lines } = await runHandler(${imported}, event); // { settings: { … } } where it declares some
  expect(lines).toMatchObject([{ level: "info", message: "handled" }]);
});
`;
}

/** An event type that the pattern lets through: the guide's, where it does. */
export function sampleTypeOf(pattern: string): string {
  const types = subscribedEventTypes(pattern);
  return types.find((type) => type === "user.lifecycle.create") ?? types[0] ?? pattern;
}
