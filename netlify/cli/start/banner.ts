/** What `npm start` says once the endpoint is up: where it is, and what to type next. */
import { ENDPOINT_PATH, LOCAL_PORT, LOCAL_SITE } from "../../addresses.ts";
import { type Environment, readHookSettings } from "../../config.ts";

/** @param address where the server listens, e.g. `http://localhost:1337`. */
export function banner(address: string, environment: Environment): string {
  const open = readHookSettings(environment).secrets.length === 0;
  const endpoint = `${address}${ENDPOINT_PATH}`;
  const usual = address === LOCAL_SITE;
  const url = usual ? "" : ` --url ${endpoint}`;
  const commands: readonly [string, string][] = [
    [`npm run hook -- verify${url}`, "plays Okta's one-time verification"],
    [`npm run hook -- preview${url}`, 'delivers a sample event: "Create Okta user: Jane Doe"'],
    [
      "npm run hookdeck",
      `gives Okta a public address that leads ${usual ? "here" : `to port ${LOCAL_PORT}, not here`}`,
    ],
  ];
  const width = Math.max(...commands.map(([command]) => command.length));
  const lines = commands.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`);
  const warning =
    "! OKTA_HOOK_SECRET is not set: every program on this machine may call. Copy .env.example to .env to set it.\n";
  return `
Okta event hooks are received at ${endpoint}

Now, in a second terminal:
${lines.join("\n")}

What came can be looked at on ${address}

${open ? warning : ""}Ctrl+C stops it.
`;
}
