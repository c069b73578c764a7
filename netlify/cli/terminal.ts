/** What a command may do to the world around it: print, and end with an exit code. Tests hand in their own. */

/** Where a command's words go. */
export interface Terminal {
  /** A result, to standard output. */
  out(line: string): void;
  /** A complaint or a remark, to standard error. */
  error(line: string): void;
  /** Whether a person watches: colours, spinners and questions only then. */
  readonly interactive: boolean;
}

/** The terminal that the process was started in. */
export const processTerminal: Terminal = {
  out: (line) => console.log(line),
  error: (line) => console.error(line),
  interactive: Boolean(process.stdout.isTTY && process.stdin.isTTY),
};

/**
 * A command could not do what it was asked. `message` is a sentence for the person at the terminal, who gets that and no
 * stack trace.
 */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
