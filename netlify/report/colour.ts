/** Colours of the terminal of `netlify dev`. */
import { isatty } from "node:tty";
import { styleText } from "node:util";
import type { Environment } from "../settings/environment.ts";

/** What is coloured. */
export type Colour = "red" | "green" | "yellow" | "bold" | "dim";

/** Whether a terminal shows what this process prints: `npm start` says so with `FORCE_COLOR`. `NO_COLOR` is respected. */
export function wantsColour(environment: Environment): boolean {
  const forced = environment("FORCE_COLOR");
  if (environment("NO_COLOR")) return false;
  return forced === undefined ? isatty(1) : forced !== "0";
}

/** The text in a colour, where colours are wanted. What comes from outside is made printable before. */
export function colourText(coloured: boolean, colour: Colour, text: string): string {
  return coloured ? styleText(colour, text, { validateStream: false }) : text;
}

/** The time of day on this machine, e.g. `09:30:05`. */
export function timeOfDay(at: Date): string {
  return at.toTimeString().slice(0, 8);
}
