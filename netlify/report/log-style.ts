/** Decides how calls are reported: to a person or to a machine, with or without bodies. */
import { type Environment, SettingsError } from "../settings/environment.ts";
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

/**
 * A mistake in `LOG_PAYLOADS` is said, prints no bodies, and costs no delivery.
 * @param underNetlifyDev whether a person watches the terminal.
 * @param local whether the call is that person's own: see `hook/is-local.ts`.
 */
export function chooseLogStyle(environment: Environment, underNetlifyDev: boolean, local: boolean): LogStyle {
  const reader = underNetlifyDev ? "person" : "machine";
  const coloured = underNetlifyDev && wantsColour(environment);
  try {
    return { reader, payloads: readLogPayloads(environment) ?? local, coloured };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const line = jsonLine({ level: "error", outcome: "misconfigured", reason: error.message });
    console.error(reader === "person" ? `✗ ${error.message}` : line);
    return { reader, payloads: false, coloured };
  }
}
