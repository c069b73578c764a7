/** What is wrong with the site itself, as far as it is known without the database: its settings, and code that does not load. */
import { type AlertSettings, readAlertSettings } from "../settings/alert-settings.ts";
import { type Environment, SettingsError } from "../settings/environment.ts";
import { type Condition, condition } from "./condition.ts";

/** Where alerts are sent; an address that cannot be used is a problem that is shown on the page, since there is no other way. */
export function detectSiteProblems(
  environment: Environment,
  { codeLoads }: { readonly codeLoads: boolean },
): { readonly settings: AlertSettings | null; readonly problems: readonly Condition[] } {
  const problems = codeLoads
    ? []
    : [
        condition(
          "code",
          "",
          "The handlers' code does not load, so none of them runs. Events are recorded and wait.",
          "the log of the function sweep says where; mend it and deploy again",
        ),
      ];
  try {
    return { settings: readAlertSettings(environment), problems };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const sentence = `Nobody is told of failures: ${error.message}.`;
    return {
      settings: null,
      problems: [...problems, condition("settings", "", sentence, "mend the setting")],
    };
  }
}
