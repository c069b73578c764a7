/** What `npm start` says once the endpoint is up: where it is, and what to type next. */

import { MIN_PASSWORD_LENGTH } from "../../api/schema/session.ts";
import { ENDPOINT_PATH } from "../../base/addresses.ts";
import { findWeakSecrets } from "../../hook/find-weak-secrets.ts";
import type { Environment } from "../../settings/environment.ts";
import { readHookSettings } from "../../settings/hook-settings.ts";
import { readInspectorSettings } from "../../settings/site-settings.ts";

/** @param address where the server listens, e.g. `http://localhost:1337`. */
export function banner(address: string, environment: Environment): string {
  const endpoint = `${address}${ENDPOINT_PATH}`;
  const commands: readonly [string, string][] = [
    ["npm run hook -- verify", "plays Okta's one-time verification"],
    ["npm run hook -- preview", 'delivers a sample event: "Create Okta user: Jane Doe"'],
    ["npm run hookdeck", "gives Okta a public address that leads here"],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  const lines = commands.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`);
  return `
Okta event hooks are received at ${endpoint}

Now, in a second terminal:
${lines.join("\n")}

The page that shows what came: ${address}
${whoMayLook(environment)}

${secretWarnings(environment)
  .map((warning) => `! ${warning}\n`)
  .join("")}Ctrl+C stops it.
`;
}

/** What is weak about the secrets: all of it works here, none of it where strangers call. */
function secretWarnings(environment: Environment): string[] {
  const settings = readHookSettings(environment);
  const weak = findWeakSecrets(settings).map(
    ({ variable, weakness }) => `${variable} ${weakness}: good on this machine only, refused when deployed.`,
  );
  if (settings.secrets.length > 0) return weak;
  const open =
    "OKTA_HOOK_SECRET is not set: every program on this machine may call. npm run hook -- init --basic makes one.";
  return [open, ...weak];
}

/** Whom the page lets in, in one line. */
function whoMayLook(environment: Environment): string {
  const { password } = readInspectorSettings(environment);
  if (password === undefined) {
    return "(It is open to every program on this machine. INSPECTOR_PASSWORD closes it.)";
  }
  return password.length < MIN_PASSWORD_LENGTH
    ? `! closed to everybody: INSPECTOR_PASSWORD must have ${MIN_PASSWORD_LENGTH} characters or more.`
    : "(It asks for INSPECTOR_PASSWORD.)";
}
