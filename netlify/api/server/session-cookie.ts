/**
 * A signed-in browser's cookie: until when, signed with a key made of the password. Nothing is stored, and a changed
 * password ends every session.
 */
import { createHmac, scryptSync } from "node:crypto";
import { equalInConstantTime } from "../../hook/check-secret.ts";
import type { ApiContext } from "./api-context.ts";

/** `__Host-`: only over https, only to this host, for all of it (RFC 6265bis, section 4.1.3.2). */
const DEPLOYED_COOKIE = { name: "__Host-inspector", attributes: "Path=/; Secure; HttpOnly; SameSite=Strict" };
/** `netlify dev` is http, where Safari keeps no `Secure` cookie, not even of localhost. */
const LOCAL_COOKIE = { name: "inspector-local", attributes: "Path=/; HttpOnly; SameSite=Strict" };

const SESSION_MS = 12 * 60 * 60 * 1000;

/** Where and when a session is asked for. */
type CookieContext = Pick<ApiContext, "local" | "now">;

/** The `set-cookie` of somebody who signed in. */
export function sessionCookie(password: string, { local, now }: CookieContext): string {
  const { name, attributes } = cookieFor(local);
  const until = String(now.getTime() + SESSION_MS);
  return `${name}=${until}.${sign(until, password)}; Max-Age=${SESSION_MS / 1000}; ${attributes}`;
}

/** The `set-cookie` that signs out. */
export function endedSessionCookie({ local }: Pick<CookieContext, "local">): string {
  const { name, attributes } = cookieFor(local);
  return `${name}=; Max-Age=0; ${attributes}`;
}

function cookieFor(local: boolean): { readonly name: string; readonly attributes: string } {
  return local ? LOCAL_COOKIE : DEPLOYED_COOKIE;
}

/** Whether a `cookie` header carries a session of this password that has not ended. */
export function hasSession(cookies: string | null, password: string, { local, now }: CookieContext): boolean {
  for (const cookie of (cookies ?? "").split(";")) {
    const [name, value = ""] = cookie.trim().split("=", 2);
    if (name !== cookieFor(local).name) continue;
    const [, until, signature] = /^(\d{13})\.([\w-]{43})$/.exec(value) ?? [];
    if (until === undefined || signature === undefined) continue;
    const leftMs = Number(until) - now.getTime();
    if (equalInConstantTime(signature, sign(until, password)) && leftMs > 0 && leftMs <= SESSION_MS)
      return true;
  }
  return false;
}

function sign(until: string, password: string): string {
  return createHmac("sha256", keyOf(password)).update(`session until ${until}`).digest("base64url");
}

let known: { readonly password: string; readonly key: Buffer } | undefined;

/** Slow on purpose: a stolen cookie must not help to guess the password. Once per instance. */
function keyOf(password: string): Buffer {
  if (known?.password !== password) {
    known = { password, key: scryptSync(password, "okta-event-hooks inspector session", 32) };
  }
  return known.key;
}
