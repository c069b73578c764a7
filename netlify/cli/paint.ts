/** Colours, on a terminal only. `NO_COLOR` is respected. */
import { styleText } from "node:util";
import type { Terminal } from "./terminal.ts";

/** The text in a colour, or as it is where nobody watches. */
export function paint(
  terminal: Terminal,
  style: "red" | "green" | "yellow" | "bold" | "dim",
  text: string,
): string {
  return terminal.interactive ? styleText(style, text) : text;
}
