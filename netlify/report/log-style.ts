/** Decides how calls are reported: to a person or to a machine, in which colours, with or without bodies. */
import { isatty } from "node:tty";
import { styleText } from "node:util";
import { type Environment, isUnderNetlifyDev, SettingsError } from "../settings/environment.ts";
import { readLogPayloads } from "../settings/site-settings.ts";
import { print, type ReportStyle, writeReport } from "./print.ts";

/** How a report is written that has no body. */
export interface WorkStyle extends ReportStyle {
  /** Whether a person's lines are coloured. */
  readonly coloured?: boolean;
}

/** How a report is written. */
export interface LogStyle extends Required<WorkStyle> {
  /** Whether bodies are printed. */
  readonly payloads: boolean;
}

export function chooseWorkStyle(environment: Environment): Required<WorkStyle> {
  const underNetlifyDev = isUnderNetlifyDev(environment);
  return {
    reader: underNetlifyDev ? "person" : "machine",
    coloured: underNetlifyDev && wantsColour(environment),
  };
}

/**
 * A mistake in `LOG_PAYLOADS` is said, prints no bodies, and costs no delivery.
 * @param local whether the call is the developer's own: see `hook/is-local.ts`
 */
export function chooseLogStyle(environment: Environment, local: boolean): LogStyle {
  const style = chooseWorkStyle(environment);
  try {
    return { ...style, payloads: readLogPayloads(environment) ?? local };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const fields = { outcome: "misconfigured", reason: error.message };
    print(writeReport(style, "error", `✗ ${error.message}`, fields));
    return { ...style, payloads: false };
  }
}

/** What is coloured. */
export type Colour = "red" | "green" | "yellow" | "bold" | "dim";

/** Whether a terminal shows what this process prints: `npm start` says so with `FORCE_COLOR`. `NO_COLOR` is respected. */
function wantsColour(environment: Environment): boolean {
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
