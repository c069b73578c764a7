/**
 * What a command may do to the world around it: print, and end with an exit code. Whatever is printed is made harmless
 * here, so that no command has to think of it: text from outside cannot steer the terminal or pass for a line of ours.
 */
import { styleText } from "node:util";
import { printableLine, printableText } from "../base/printable.ts";

/** A colour or weight. */
type Style = "red" | "green" | "yellow" | "bold" | "dim";

/** Text in a style: see `paint`. */
interface StyledText {
  readonly style: Style;
  readonly text: string;
}

/** One line, whole or in parts, of which some are painted. */
export type Line = string | readonly (string | StyledText)[];

/** A part of a line that is coloured where a person watches. `NO_COLOR` is respected. */
export function paint(style: Style, text: string): StyledText {
  return { style, text };
}

/** Where a command's words go. */
export interface Terminal {
  /** A result, to standard output: one line. A line feed in it is escaped. */
  out(line: Line): void;
  /** A complaint or a remark, to standard error: one line. */
  error(line: Line): void;
  /** A result of several lines, JSON for example. */
  outText(text: string): void;
  /** A result that a file or another program gets to the byte, and a person with escapes. */
  outExact(text: string): void;
  /** Whether a person is there to be asked: questions and spinners only then. */
  readonly interactive: boolean;
  /** Whether nobody reads results any more, as behind `| head -1`. */
  isClosed(): boolean;
}

/** Where the lines of a terminal are written. */
export interface Screen {
  /** Whether results go to a terminal: colours only then, and escapes for what would steer it. */
  readonly watched: boolean;
  readonly interactive: boolean;
  out(text: string): void;
  error(text: string): void;
  isClosed?(): boolean;
}

/** Makes a terminal of a screen. */
export function openTerminal({ watched, interactive, out, error, isClosed = () => false }: Screen): Terminal {
  const render = (line: Line) =>
    [line]
      .flat()
      .map((part) => {
        if (typeof part === "string") return printableLine(part);
        const text = printableLine(part.text);
        return watched ? styleText(part.style, text) : text;
      })
      .join("");
  return {
    interactive,
    out: (line) => out(render(line)),
    error: (line) => error(render(line)),
    outText: (text) => out(printableText(text)),
    outExact: (text) => out(watched ? printableText(text) : text),
    isClosed,
  };
}

/** Writing to a closed pipe ends no command: what it does besides printing it does to its end. */
let outputClosed = false;
process.stdout.on("error", () => {
  outputClosed = true;
});

/** The terminal that the process was started in. */
export const processTerminal: Terminal = openTerminal({
  watched: process.stdout.isTTY === true,
  interactive: process.stdout.isTTY === true && process.stdin.isTTY === true,
  out: (text) => console.log(text),
  error: (text) => console.error(text),
  isClosed: () => outputClosed,
});

/** Prints a result as JSON. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.outText(JSON.stringify(value, null, 2));
}

/** The terminal for a command that prints its result as JSON in the end: what it says on the way is no result. */
export function besideJson(terminal: Terminal): Terminal {
  return { ...terminal, out: terminal.error };
}

/**
 * A command could not do what it was asked. `message` is a sentence for the person at the terminal, who gets that and no
 * stack trace.
 */
export class CommandError extends Error {
  override readonly name: string = "CommandError";
}

/** The command line is wrong. The process ends with exit code 2 and not 1. */
export class UsageError extends CommandError {
  override readonly name = "UsageError";
}

/** Nobody answered at the address. */
export class UnreachableError extends CommandError {
  override readonly name = "UnreachableError";
}
