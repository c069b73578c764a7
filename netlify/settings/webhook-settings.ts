/** Settings of an address that gets webhooks from here, and of the key that signs them. */
import * as z from "zod/mini";
import { isLoopbackHost } from "../base/addresses.ts";

/** An https address without a password in it; http on this machine. */
export const webhookUrl = z
  .string()
  .check(
    z.maxLength(2048, "must not be longer than 2048 characters"),
    z.refine(isWebhookUrl, "must be an https address without a password in it"),
  );

/** How to make a key. */
export const MAKE_SIGNING_KEY = 'make one with: echo "whsec_$(openssl rand -base64 32)"';

/** A key as the Standard Webhooks write it: https://www.standardwebhooks.com, "whsec_" and the base64 of 24 to 64 bytes. */
export const signingKey = z.pipe(
  z.string(),
  z.transform((secret: string, { issues }): Buffer => {
    const [, base64 = ""] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
    const key = Buffer.from(base64, "base64");
    if (key.length >= 24 && key.length <= 64) return key;
    const message = `must be whsec_ and the base64 of 24 to 64 bytes; ${MAKE_SIGNING_KEY}`;
    issues.push({ code: "custom", input: undefined, message });
    return z.NEVER;
  }),
);

function isWebhookUrl(address: string): boolean {
  const url = URL.parse(address);
  const isHttps = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopbackHost(url.hostname));
  return url !== null && isHttps && url.username === "" && url.password === "";
}
