import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkSignature } from "../../netlify/hook/check-signature.ts";

const secret = "a-signing-secret";
const body = new TextEncoder().encode('{"name":"Zoë"}');
const sign = (key: string, bytes: Uint8Array = body) =>
  createHmac("sha256", key).update(bytes).digest("base64");

describe("a signature", () => {
  it("that was worked out by other means is right", () => {
    // printf '{"name":"Zoë"}' | openssl dgst -sha256 -hmac a-signing-secret -binary | base64
    const headers = new Headers({ "x-hookdeck-signature": "VIumjDlcHJi69tKiBQS3ZJzM9baj8jVQVdWVmfoU8bs=" });
    expect(checkSignature(headers, body, secret)).toBe("right");
  });

  it.each([
    ["right under its own name", { "x-hookdeck-signature": sign(secret) }, "right"],
    ["right under -2, as while a secret is rolled", { "x-hookdeck-signature-2": sign(secret) }, "right"],
    [
      "right under -2 beside one that another secret made",
      { "x-hookdeck-signature": sign("another"), "x-hookdeck-signature-2": sign(secret) },
      "right",
    ],
    [
      "right beside a -2 that another secret made",
      { "x-hookdeck-signature": sign(secret), "x-hookdeck-signature-2": sign("another") },
      "right",
    ],
    ["wrong when another secret made it", { "x-hookdeck-signature": sign("another") }, "wrong"],
    ["wrong when it is of another body", { "x-hookdeck-signature": sign(secret, new Uint8Array()) }, "wrong"],
    ["wrong when it is empty", { "x-hookdeck-signature": "" }, "wrong"],
    ["wrong when it lacks its padding", { "x-hookdeck-signature": sign(secret).replace("=", "") }, "wrong"],
    ["missing without a header", {}, "missing"],
    ["missing under -3", { "x-hookdeck-signature-3": sign(secret) }, "missing"],
  ] as const)("is %s", (_, headers, expected) => {
    expect(checkSignature(new Headers(headers), body, secret)).toBe(expected);
  });
});
