/** Decides whether a call of the API is the developer's own. Stricter than for the endpoint, which takes what is forwarded. */
import { type CallPath, isLocal } from "../../hook/is-local.ts";

/**
 * What stands on a call that somebody else sent and a program on this machine passed on: a tunnel, a proxy, the Hookdeck CLI.
 * Hookdeck's prefix can be changed in a project, so any `…-eventid` and `…-signature` counts. `netlify dev` itself adds
 * `x-forwarded-for`, `client-ip` and `x-nf-…` (seen with netlify-cli 27).
 */
const FORWARDED =
  /^(?:x-hookdeck-.*|.*-eventid|.*-signature(?:-\d+)?|x-forwarded(?!-for$).*|x-original-.*|x-real-ip|.+-client-ip|cf-.*|tailscale-.*|x-envoy-.*|forwarded|via)$/;

/** True for a call from this machine to this machine that nobody passed on: see `hook/is-local.ts`. */
export function isLocalCall(headers: Headers, path: CallPath): boolean {
  return isLocal(path) && ![...headers.keys()].some((name) => FORWARDED.test(name));
}
