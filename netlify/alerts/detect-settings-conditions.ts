/** Where alerts are sent, and whether that can be used. */
import { type AlertSettings, readAlertSettings } from "../settings/alert-settings.ts";
import { type Environment, SettingsError } from "../settings/environment.ts";
import { type Condition, condition } from "./condition.ts";

/** That it cannot be used is told on the page, since there is no other way. */
export function detectSettingsConditions(environment: Environment): {
  readonly settings: AlertSettings | null;
  readonly problem: readonly Condition[];
} {
  try {
    return { settings: readAlertSettings(environment), problem: [] };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const sentence = `Nobody is told of failures: ${error.message}.`;
    return { settings: null, problem: [condition("settings", "", sentence, "mend the setting")] };
  }
}
