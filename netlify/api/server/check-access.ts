/**
 * Who may see the data: whoever has the password and, where none is set, the developer at this machine. Nobody else: a
 * deploy without a usable password is closed to everybody, previews included.
 */

import { equalInConstantTime } from "../../hook/check-secret.ts";
import { type CallPath, isLocal } from "../../hook/is-local.ts";
import { SettingsError } from "../../settings/environment.ts";
import type { InspectorSettings } from "../../settings/site-settings.ts";
import { MIN_PASSWORD_LENGTH } from "../schema/session.ts";
import type { ApiContext } from "./api-context.ts";
import { type ProblemReply, problem } from "./reply.ts";
import { hasSession } from "./session-cookie.ts";

/** What stands between a call and the data. `password` is there where there is one to ask for. */
export type Access =
  | { readonly kind: "local" }
  | { readonly kind: "signed-in"; readonly by: "bearer" | "cookie" }
  | { readonly kind: "asked"; readonly password: string }
  | { readonly kind: "closed" };

/** Finds out, from headers and settings alone. */
export function checkAccess(headers: Headers, context: ApiContext): Access {
  const password = readPassword(context.readSettings);
  if (password === undefined && context.local) return { kind: "local" };
  if (password === undefined || password === "unusable") return { kind: "closed" };
  const bearer = readBearer(headers);
  if (bearer !== undefined && equalInConstantTime(bearer, password))
    return { kind: "signed-in", by: "bearer" };
  return hasSession(headers.get("cookie"), password, context)
    ? { kind: "signed-in", by: "cookie" }
    : { kind: "asked", password };
}

/** What a call gives as `authorization: Bearer`, right or wrong. */
export function readBearer(headers: Headers): string | undefined {
  return /^Bearer +(.*)$/i.exec(headers.get("authorization") ?? "")?.[1];
}

/** Why somebody gets no data; null: they do. */
export function refuseAccess(access: Access): ProblemReply | null {
  switch (access.kind) {
    case "local":
    case "signed-in":
      return null;
    case "asked":
      return problem(
        401,
        "Sign in with the password that is set as INSPECTOR_PASSWORD: on the page, or as authorization: Bearer <password>.",
        { headers: { "www-authenticate": 'Bearer realm="inspector"' } },
      );
    case "closed":
      return closed;
  }
}

/** Closed to everybody. */
export const closed = problem(
  503,
  `The inspector is closed: set INSPECTOR_PASSWORD to ${MIN_PASSWORD_LENGTH} printable ASCII characters or more in the site's environment variables, and deploy again. On your machine it is set in .env.`,
);

/** The password; undefined: none is set. One that is set and cannot be used opens nothing, this machine included. */
function readPassword(readSettings: () => InspectorSettings): string | "unusable" | undefined {
  try {
    const { password } = readSettings();
    return password === undefined || password.length >= MIN_PASSWORD_LENGTH ? password : "unusable";
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return "unusable";
  }
}

/**
 * Refuses a call that a browser makes for another site, and a write that may be one.
 * @param byCookie whether the call carries a cookie: then it must come from a browser, and say which site makes it
 */
export function checkOrigin(
  request: Request,
  { byCookie }: { readonly byCookie: boolean },
): ProblemReply | null {
  // No page can set either of them: https://www.w3.org/TR/fetch-metadata/, https://fetch.spec.whatwg.org/#origin-header
  const site = request.headers.get("sec-fetch-site");
  const origin = request.headers.get("origin");
  const write = request.method !== "GET" && request.method !== "HEAD";
  if (site !== null) {
    // "none": typed into the address bar.
    return site === "same-origin" || (site === "none" && !write) ? null : otherSite;
  }
  if (origin !== null) return origin === new URL(request.url).origin ? null : otherSite;
  return write && byCookie ? otherSite : null;
}

const otherSite = problem(
  403,
  "This call comes from another site's page, or its browser does not say from where. Use the inspector's own page.",
);

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
