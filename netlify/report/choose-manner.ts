/** Decides how calls are reported: to a person or to a machine, with or without bodies. */
import { type Environment, readLogPayloads, SettingsError } from "../config.ts";
import { jsonLine, type Manner } from "./report-call.ts";

/** A mistake in `LOG_PAYLOADS` is said, prints no bodies, and costs no delivery. */
export function chooseManner(environment: Environment, local: boolean): Manner {
  try {
    return { local, payloads: readLogPayloads(environment) ?? local };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(
      local
        ? `✗ ${error.message}`
        : jsonLine({ level: "error", outcome: "misconfigured", reason: error.message }),
    );
    return { local, payloads: false };
  }
}
