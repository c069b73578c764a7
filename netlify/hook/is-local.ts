/** Decides whether a call is the developer's own. Everything else counts as deployed, and needs a secret. */
import { isLoopbackHost } from "../base/addresses.ts";

/** What is known of a call's way to us. */
export interface CallPath {
  /** The request's URL; under `netlify dev` its host is the `Host` header. */
  readonly url: string;
  /** Whether `netlify dev` runs us (`NETLIFY_DEV`, which a deploy never has). */
  readonly underNetlifyDev: boolean;
  /** The address that the connection came from, as Netlify tells it (`context.ip`); never a header of the caller's. */
  readonly ip: string;
}

/**
 * True for a call under `netlify dev` from this machine to `localhost`, `127.0.0.1` or `[::1]`. `netlify dev` listens on
 * all interfaces and `--live` puts it on the internet: neither the LAN, nor the tunnel, nor a name that a stranger
 * pointed at 127.0.0.1 may pass for local.
 */
export function isLocal({ url, underNetlifyDev, ip }: CallPath): boolean {
  return underNetlifyDev && isLoopbackHost(new URL(url).hostname) && isLoopback(ip);
}

function isLoopback(ip: string): boolean {
  return ip === "::1" || /^(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(ip);
}
