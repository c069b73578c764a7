/** What the commands that talk to an org need from the world. Tests hand in their own. */
import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "../base/clock.ts";
import { describeLoadProblem, loadProblem } from "../base/load-problem.ts";
import { printableLine } from "../base/printable.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { listenedEventTypes } from "../handler-kit/handler-list.ts";
import type { Environment } from "../settings/environment.ts";
import { CommandError, type Terminal } from "./terminal.ts";

/** The person at the terminal. */
export interface Prompter {
  /** Asks; undefined: nobody is there to answer. */
  confirm(question: string): Promise<boolean | undefined>;
  /** Shows that something is going on until the work is done. */
  during<Result>(what: string, work: () => Promise<Result>): Promise<Result>;
  /** Says something on the way, where the spinner is if there is one. */
  tell(text: string): void;
}

/**
 * Asks before something that cannot be undone.
 * @param yes `--yes`: nobody is asked
 * @param otherwise what is so where nobody agrees, e.g. "Nothing was discarded"
 * @param toDo what `--yes` agrees to, e.g. "discard"
 * @throws {CommandError} unless somebody agrees
 */
export async function askFirst(
  { confirm }: Prompter,
  question: string,
  {
    yes,
    otherwise,
    toDo,
  }: { readonly yes: true | undefined; readonly otherwise: string; readonly toDo: string },
): Promise<void> {
  if (yes) return;
  const answer = await confirm(question);
  if (answer === undefined) throw new CommandError(`${otherwise}: give --yes to ${toDo}.`);
  if (!answer) throw new CommandError(`${otherwise}.`);
}

/** Everything outside. */
export interface CliContext {
  readonly environment: Environment;
  readonly terminal: Terminal;
  readonly prompter: Prompter;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Buffer;
  /** The event types that the handlers listen to. */
  readonly subscription: () => Promise<readonly string[]>;
  /** The project's handlers. It throws a `CommandError` where they do not load. */
  readonly handlers: () => Promise<readonly Handler[]>;
  /** The project's folder. */
  readonly directory: string;
}

/** The context of a process: its terminal, its clock, the project's handlers. */
export function processContext(environment: Environment, terminal: Terminal): CliContext {
  return {
    environment,
    terminal,
    prompter: prompterAt(terminal),
    clock: systemClock,
    randomBytes,
    subscription: async () => listenedEventTypes(await loadHandlers()),
    handlers: loadHandlers,
    directory: process.cwd(),
  };
}

/** @throws {CommandError} when a handler cannot be loaded. */
async function loadHandlers(): Promise<readonly Handler[]> {
  try {
    const { handlers } = await import("../handlers/index.ts");
    return handlers;
  } catch (cause) {
    throw new CommandError(describeLoadProblem(loadProblem(cause, process.cwd())), { cause });
  }
}

/** Ctrl+C ends the process while the spinner turns, and the spinner would make that a success. */
function interrupted(): void {
  process.exitCode = 130;
}

/** A person is there only where the terminal is interactive. The prompts are loaded when they are needed. */
function prompterAt(terminal: Terminal): Prompter {
  const tell = (text: string) => terminal.error(text);
  if (!terminal.interactive) return { confirm: async () => undefined, during: (_, work) => work(), tell };
  let spinning: { message(text: string): void } | undefined;
  return {
    async confirm(question) {
      const { confirm } = await import("@clack/prompts");
      const answer = await confirm({
        message: printableLine(question),
        initialValue: false,
        output: process.stderr,
        withGuide: false,
      });
      return answer === true; // Ctrl+C is a no.
    },
    tell: (text) => (spinning ? spinning.message(printableLine(text)) : tell(text)),
    async during(what, work) {
      const { spinner } = await import("@clack/prompts");
      const shown = spinner({ output: process.stderr, withGuide: false });
      shown.start(printableLine(what));
      spinning = shown;
      process.once("exit", interrupted);
      try {
        return await work();
      } finally {
        shown.clear();
        spinning = undefined;
        process.off("exit", interrupted);
      }
    },
  };
}
