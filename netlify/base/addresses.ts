/** Where the receiver is found. Every place that names the endpoint's path or the local site takes it from here. */

/** The endpoint's path: Okta's guide names it, and Hookdeck is told it. */
export const ENDPOINT_PATH = "/okta-webhooks-endpoint";

/** The port of the guide, and of `netlify.toml`. */
export const LOCAL_PORT = 1337;

/** The site under `netlify dev`. */
export const LOCAL_SITE = `http://localhost:${LOCAL_PORT}`;

/** The endpoint under `netlify dev`. */
export const LOCAL_ENDPOINT = `${LOCAL_SITE}${ENDPOINT_PATH}`;

const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a URL's `hostname` names this machine. Any other name, also one that leads here, may be somebody else's. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK_HOSTS.has(hostname);
}

/** Whether nobody on the way can read what is sent there: secrets go nowhere else. */
export function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || isLoopbackHost(hostname);
}

/** Whether an address is Hookdeck's. Hookdeck answers Okta's verification itself, so the secret is not proven by it. */
export function isHookdeck(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? "";
  return /(^|\.)(hkdk\.events|hookdeck\.com)$/.test(host);
}
