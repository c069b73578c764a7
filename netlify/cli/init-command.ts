/** `init`: makes `.env` of `.env.example`, with a secret of its own where one is wanted. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseEnv } from "node:util";
import { Command } from "commander";
import type { CliContext } from "./cli-context.ts";
import { CommandError } from "./terminal.ts";

const TEMPLATE = resolve(import.meta.dirname, "../../.env.example");
/** Where `netlify dev` and the commands read it. */
const FILE = ".env";
const SECRET_LINE = /^OKTA_HOOK_SECRET=.*$/m;
const EMPTY_SECRET_LINE = /^OKTA_HOOK_SECRET=[ \t]*$/m;

interface InitOptions {
  readonly basic?: true;
  readonly overwrite?: true;
}

/** The command. */
export function initCommand(context: Pick<CliContext, "terminal" | "randomBytes">): Command {
  return new Command("init")
    .description("make .env, the settings of this machine")
    .option(
      "--basic",
      "with a new secret for Basic authentication, and what to enter in Okta; a .env without a secret gets it",
    )
    .option("--overwrite", "put it in the place of the .env that there is: what that holds is lost")
    .addHelpText("after", "\nExamples:\n  npm run hook -- init\n  npm run hook -- init --basic")
    .action((options: InitOptions) => init(options, context));
}

async function init(
  { basic, overwrite }: InitOptions,
  { terminal, randomBytes }: Pick<CliContext, "terminal" | "randomBytes">,
): Promise<void> {
  const template = await readFile(TEMPLATE, "utf8");
  const secret = basic && makeBasicSecret(randomBytes);
  if (secret && !overwrite && existsSync(FILE)) {
    const there = await readFile(FILE, "utf8");
    if (EMPTY_SECRET_LINE.test(there)) {
      await write(there.replace(EMPTY_SECRET_LINE, `OKTA_HOOK_SECRET="${secret}"`), true);
      const header = parseEnv(there).OKTA_HOOK_HEADER;
      for (const line of [
        "The secret is in .env now. The rest of it is as it was.",
        "",
        ...entriesForOkta(secret, header),
      ])
        terminal.out(line);
      return;
    }
  }
  const text = secret ? template.replace(SECRET_LINE, `OKTA_HOOK_SECRET="${secret}"`) : template;
  const made = await write(text, overwrite === true);
  const lines = secret ? entriesForOkta(secret) : WITHOUT_SECRET;
  if (made) {
    for (const line of [".env is made. Only you can read it.", "", ...lines]) terminal.out(line);
    return;
  }
  if (secret) {
    for (const line of ["A new secret, for OKTA_HOOK_SECRET in your .env:", "", secret, ""])
      terminal.out(line);
  }
  throw new CommandError(".env exists, and is left as it is. --overwrite puts a new one in its place.");
}

const WITHOUT_SECRET = [
  "OKTA_HOOK_SECRET is empty: leave Okta's authentication field and secret blank as well. The endpoint then takes calls of",
  "this machine only, Hookdeck's included. npm run hook -- init --basic makes a secret.",
];

function entriesForOkta(secret: string, header?: string): string[] {
  return [
    "Enter in Okta, at the event hook:",
    `  Authentication field   ${header || "authorization"}`,
    `  Authentication secret  ${secret}`,
    "",
    "npm start reads .env when it starts: stop it with Ctrl+C and start it again.",
  ];
}

/**
 * Writes a file that only its owner can read, whole or not at all.
 * @returns whether it was written; not so where there is one that must stay
 */
async function write(text: string, overwrite: boolean): Promise<boolean> {
  const fresh = `${FILE}.${randomUUID()}`;
  await writeFile(fresh, text, { mode: 0o600, flag: "wx" });
  try {
    if (overwrite) await rename(fresh, FILE);
    else await link(fresh, FILE);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(fresh, { force: true });
  }
}

/** Makes a secret of the kind that Okta's guide shows: an `authorization` header for Basic authentication, of the user `okta`. */
export function makeBasicSecret(randomBytes: (count: number) => Buffer): string {
  const password = randomBytes(32).toString("base64url");
  return `Basic ${Buffer.from(`okta:${password}`).toString("base64")}`;
}
