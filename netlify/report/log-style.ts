/** Decides how calls are reported: to a person or to a machine, with or without bodies. */
import { type Environment, isUnderNetlifyDev, SettingsError } from "../settings/environment.ts";
import { readLogPayloads } from "../settings/site-settings.ts";
import { wantsColour } from "./colour.ts";
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
