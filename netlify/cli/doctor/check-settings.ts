/** The settings that can be judged without asking anybody. */
import { MIN_PASSWORD_LENGTH } from "../../api/schema/session.ts";
import { findWeakSecrets } from "../../hook/find-weak-secrets.ts";
import { readAlertSettings } from "../../settings/alert-settings.ts";
import { readCatchUpWish } from "../../settings/catch-up-settings.ts";
import { type Environment, SettingsError } from "../../settings/environment.ts";
import { type HookSettings, readHookSettings } from "../../settings/hook-settings.ts";
import { readOktaSettings } from "../../settings/okta-settings.ts";
import { readInspectorSettings, readLogPayloads, readRetentionDays } from "../../settings/site-settings.ts";
import { error, type Finding, fine, skipped, warn } from "./finding.ts";

/** What was found, and the settings where they can be used. */
export interface SettingsCheck {
  readonly findings: readonly Finding[];
  readonly hook: HookSettings | undefined;
  /** Whether there is an org to ask. */
  readonly hasOrg: boolean;
}

const orgVariables = ["OKTA_ORG_URL", "OKTA_API_TOKEN", "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY"];

/** @param deployed whether the endpoint in question is one that strangers reach. */
export function checkSettings(environment: Environment, deployed: boolean): SettingsCheck {
  const hook = attempt(() => readHookSettings(environment));
  const others = [
    readLogPayloads,
    readRetentionDays,
    readInspectorSettings,
    readAlertSettings,
    readCatchUpWish,
  ].map((read) => attempt<unknown>(() => read(environment)));
  const problems = [hook, ...others].flatMap((result) => ("problem" in result ? [result.problem] : []));
  const org = checkOrgSettings(environment);
  const findings = [
    problems.length > 0
      ? error("settings", problems.join("; "), "mend it in .env; .env.example explains each")
      : fine("settings", "can be used"),
    ...checkPassword(environment),
    ...("value" in hook ? [checkSecret(hook.value, deployed)] : []),
    org,
  ];
  return { findings, hook: "value" in hook ? hook.value : undefined, hasOrg: org.state === "fine" };
}

function checkSecret(settings: HookSettings, deployed: boolean): Finding {
  const { secrets, header } = settings;
  const fix =
    "set a secret of your own (npm run hook -- init --basic shows one), here and where it is deployed";
  if (secrets.length === 0) {
    return deployed
      ? error("secret", "OKTA_HOOK_SECRET is not set: a deployed endpoint accepts nothing without it", fix)
      : warn(
          "secret",
          "OKTA_HOOK_SECRET is not set: the endpoint is open locally, and closed when deployed",
          fix,
        );
  }
  const weak = findWeakSecrets(settings).map(({ variable, weakness }) => `${variable} ${weakness}`);
  if (weak.length > 0) {
    const says = weak.join("; ");
    return deployed
      ? error("secret", `${says}: a deployed endpoint refuses it`, fix)
      : warn("secret", `${says}: good on this machine only, refused when deployed`, fix);
  }
  return fine("secret", `in the header ${header}${secrets.length > 1 ? ", and the previous one" : ""}`);
}

/** One that cannot be used at all is among the settings. */
function checkPassword(environment: Environment): Finding[] {
  const inspector = attempt(() => readInspectorSettings(environment));
  if (!("value" in inspector)) return [];
  const { password } = inspector.value;
  if (password === undefined || password.length >= MIN_PASSWORD_LENGTH) return [];
  const says = `INSPECTOR_PASSWORD has fewer than ${MIN_PASSWORD_LENGTH} characters: the page and the commands let nobody in`;
  return [error("password", says, "set a longer one, here and where it is deployed")];
}

function checkOrgSettings(environment: Environment): Finding {
  if (orgVariables.every((name) => !environment(name)?.trim())) {
    return skipped("org settings", "OKTA_ORG_URL is not set: there is no org to look at");
  }
  const settings = attempt(() => readOktaSettings(environment));
  if ("problem" in settings) return error("org settings", settings.problem, "mend it in .env");
  const { orgUrl, signIn } = settings.value;
  const way = signIn.by === "token" ? "an API token" : "a service app's private key";
  return fine("org settings", `${new URL(orgUrl).host} with ${way}`);
}

function attempt<Value>(read: () => Value): { readonly value: Value } | { readonly problem: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof SettingsError) return { problem: error.message };
    throw error;
  }
}
