/**
 * A real program of a test, in a process group of its own: its output is collected and can be waited for, and
 * stopping it ends everything it started (the npm wrapper of the Hookdeck CLI, for one, outlives its signal's parent).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";

export interface RunningProgram {
  /** Everything printed so far, on both streams, without colours. */
  output(): string;
  /** The same with colours and whatever else steers a terminal. */
  rawOutput(): string;
  /**
   * Waits until the output, from `from` on, matches.
   * @throws when `timeoutMs` have passed or the program ended; the message has the output.
   */
  waitForOutput(pattern: RegExp, options?: { timeoutMs?: number; from?: number }): Promise<RegExpExecArray>;
  /** Waits until the program has ended by itself. @returns its exit code, null after a signal. */
  ended(timeoutMs: number): Promise<number | null>;
  /**
   * Sends SIGTERM to the program alone, as `kill` does, and waits until all that writes to its output has ended too.
   * @throws when something of it outlives `timeoutMs`.
   */
  terminate(timeoutMs: number): Promise<void>;
  /** Kills the program and all that it started, at once: nothing gets to tidy up. */
  kill(): Promise<void>;
  /** Ends the program and all that it started. Safe to call twice. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly directory: string;
  /** The whole environment: nothing of the test's own is inherited. */
  readonly environment: Readonly<Record<string, string>>;
}

const running = new Set<ChildProcess>();
// The last resort, should a test's own process end before it stopped its programs.
process.on("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});

/** Starts `command` with the arguments as they are: no shell. */
export function runProgram(
  command: string,
  args: readonly string[],
  { directory, environment }: ProgramOptions,
): RunningProgram {
  const child = spawn(command, args, {
    cwd: directory,
    env: { ...environment },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);

  let raw = "";
  let spawnError: Error | undefined;
  const watchers = new Set<() => void>();
  const notify = () => {
    for (const watcher of watchers) watcher();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      raw += chunk;
      notify();
    });
  }
  child.on("error", (error) => {
    spawnError = error;
    notify();
  });
  child.on("close", notify);

  const output = () => stripVTControlCharacters(raw);
  const hasEnded = () => spawnError !== undefined || child.exitCode !== null || child.signalCode !== null;

  /** Looks at once and after each change, until `look` finds something or the time is over. */
  function watch<Found>(what: string, timeoutMs: number, look: () => Found | undefined): Promise<Found> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        watchers.delete(check);
        act();
      };
      const fail = (why: string) =>
        settle(() =>
          reject(
            new Error(`${command} ${args.join(" ")}: ${why}. Its output:\n${output()}`, {
              cause: spawnError,
            }),
          ),
        );
      const check = () => {
        const found = look();
        if (found !== undefined) settle(() => resolve(found));
        else if (hasEnded()) fail(`ended (${child.exitCode ?? child.signalCode}) before ${what}`);
      };
      const timer = setTimeout(() => fail(`no ${what} within ${timeoutMs} ms`), timeoutMs);
      watchers.add(check);
      check();
    });
  }

  return {
    output,
    rawOutput: () => raw,
    waitForOutput: (pattern, { timeoutMs = 120_000, from = 0 } = {}) =>
      watch(`output like ${pattern}`, timeoutMs, () => pattern.exec(output().slice(from)) ?? undefined),
    async ended(timeoutMs) {
      await watch("end", timeoutMs, () => (hasEnded() ? true : undefined));
      return child.exitCode;
    },
    async terminate(timeoutMs) {
      const closed = once(child, "close", { signal: AbortSignal.timeout(timeoutMs) });
      child.kill("SIGTERM");
      await closed;
    },
    async kill() {
      const closed = once(child, "close");
      signalGroup(child, "SIGKILL");
      await closed;
      running.delete(child);
    },
    async stop() {
      if (!running.delete(child)) return;
      const closed = hasEnded() ? Promise.resolve() : once(child, "exit");
      signalGroup(child, "SIGTERM");
      const impatience = setTimeout(() => signalGroup(child, "SIGKILL"), 5_000);
      await closed;
      clearTimeout(impatience);
      signalGroup(child, "SIGKILL");
    },
  };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: nobody of the group is left, which is what we want.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
