/** Types `npm run hook -- <words>` in this process, over the whole program, and gives what a person sees. */
import { CommanderError } from "commander";
import type { CliContext } from "../../netlify/cli/cli-context.ts";
import { buildProgram } from "../../netlify/cli/program.ts";
import { CommandError, UsageError } from "../../netlify/cli/terminal.ts";
import { SettingsError } from "../../netlify/settings/environment.ts";
import { fakeTerminal } from "./fake-terminal.ts";

/** What was seen. */
export interface TypedHook {
  /** Everything that was printed, in order; a sentence on what went wrong is last. */
  readonly lines: string[];
  /** Of that, what went to standard output. */
  readonly out: string;
  /** The rest, which went to standard error. */
  readonly err: string;
  /** The exit code, as `main.ts` sets it. */
  readonly code: number;
  /** What the command threw; null: nothing. */
  readonly error: unknown;
}

/** What differs from a terminal that nobody watches, in a folder where nothing runs. */
export interface TypedWorld extends Partial<Omit<CliContext, "environment" | "terminal">> {
  readonly environment?: Readonly<Record<string, string>>;
  /** What the person answers to each question; undefined: nobody is there. */
  readonly answer?: boolean;
}

/** Never throws: what is thrown is given back. */
export async function typeHook(words: readonly string[], world: TypedWorld = {}): Promise<TypedHook> {
  const { environment = {}, answer, ...rest } = world;
  const terminal = fakeTerminal();
  const program = buildProgram({
    environment: (name) => environment[name],
    terminal,
    prompter: {
      confirm: async (question) => {
        terminal.error(`? ${question}`);
        return answer;
      },
      during: (_, work) => work(),
      tell: (text) => terminal.error(text),
    },
    clock: { now: () => Date.now(), wait: async () => true },
    randomBytes: (count) => Buffer.alloc(count, 7),
    subscription: async () => ["user.lifecycle.create"],
    handlers: async () => [],
    directory: "/nowhere",
    ...rest,
  });
  const seen = () => ({
    lines: terminal.lines,
    out: terminal.results.join("\n"),
    err: terminal.complaints.join("\n"),
  });
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await program.parseAsync(words, { from: "user" });
    return { ...seen(), code: Number(process.exitCode ?? 0), error: null };
  } catch (error) {
    if (error instanceof CommandError || error instanceof SettingsError) terminal.error(error.message);
    return { ...seen(), code: codeOf(error), error };
  } finally {
    process.exitCode = before;
  }
}

function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof UsageError ? 2 : 1;
}
