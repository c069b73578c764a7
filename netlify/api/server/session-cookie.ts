/**
 * A signed-in browser's cookie: until when, signed with a key made of the password. Nothing is stored, and a changed
 * password ends every session.
 */
import { createHmac, scryptSync } from "node:crypto";
import { equalInConstantTime } from "../../hook/check-secret.ts";

/** `__Host-`: only over https, only to this host, for all of it (RFC 6265bis, section 4.1.3.2). */
const SESSION_COOKIE = "__Host-inspector";

const SESSION_MS = 12 * 60 * 60 * 1000;
const ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Strict";

/** The `set-cookie` of somebody who signed in. */
export function sessionCookie(password: string, now: Date): string {
  const until = String(now.getTime() + SESSION_MS);
  return `${SESSION_COOKIE}=${until}.${sign(until, password)}; Max-Age=${SESSION_MS / 1000}; ${ATTRIBUTES}`;
}

/** The `set-cookie` that signs out. */
export function endedSessionCookie(): string {
  return `${SESSION_COOKIE}=; Max-Age=0; ${ATTRIBUTES}`;
}

/** Whether a `cookie` header carries a session of this password that has not ended. */
export function hasSession(cookies: string | null, password: string, now: Date): boolean {
  for (const cookie of (cookies ?? "").split(";")) {
    const match = /^__Host-inspector=(\d{13})\.([\w-]{43})$/.exec(cookie.trim());
    const [, until, signature] = match ?? [];
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
