/** Decides how calls are reported: to a person or to a machine, with or without bodies. */
import { type Environment, isUnderNetlifyDev, SettingsError } from "../settings/environment.ts";
import { readLogPayloads } from "../settings/site-settings.ts";
import { wantsColour } from "./colour.ts";
import { jsonLine } from "./print.ts";

/** How a report is written. */
export interface LogStyle {
  /** Who reads it: a person at the terminal of `netlify dev`, or a machine that collects a deploy's log. */
  readonly reader: "person" | "machine";
  /** Whether bodies are printed. */
  readonly payloads: boolean;
  /** Whether a person's lines are coloured. */
  readonly coloured: boolean;
}

/** A style for lines without a body: whose, and whether they are coloured. */
export type WorkStyle = Pick<LogStyle, "reader"> & { readonly coloured?: boolean };

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
    const line = jsonLine({ level: "error", outcome: "misconfigured", reason: error.message });
    console.error(style.reader === "person" ? `✗ ${error.message}` : line);
    return { ...style, payloads: false };
  }
}
