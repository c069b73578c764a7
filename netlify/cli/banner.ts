/** What `npm start` says once the endpoint is up: where it is, and what to type next. */
import { type Environment, readHookSettings } from "../config.ts";

/** @param address where the server listens, e.g. `http://localhost:1337`. */
export function banner(address: string, environment: Environment): string {
  const open = readHookSettings(environment).secrets.length === 0;
  const url = address === "http://localhost:1337" ? "" : ` --url ${address}/okta-webhooks-endpoint`;
  return `
Okta event hooks are received at ${address}/okta-webhooks-endpoint

Now, in a second terminal:
  npm run hook -- verify${url}     plays Okta's one-time verification
  npm run hook -- preview${url}    delivers a sample event: "Create Okta user: Jane Doe"
  npm run hookdeck             gives Okta a public address that leads here

${open ? "! OKTA_HOOK_SECRET is not set: every program on this machine may call. Copy .env.example to .env to set it.\n" : ""}Ctrl+C stops it.
`;
}
