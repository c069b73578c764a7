import { describe, expect, it } from "vitest";
import { redactHeaders } from "../../netlify/hook/redact-headers.ts";

const settings = { header: "x-our-key", secrets: ["secret-4711", "previous-4711"] };
const redact = (headers: Record<string, string>) => redactHeaders(new Headers(headers), settings);

describe("of a call's headers", () => {
  it.each([
    "x-our-key",
    "authorization",
    "proxy-authorization",
    "cookie",
    "x-hookdeck-signature",
    "x-hookdeck-signature-2",
    "x-api-key",
    "x-apikey",
    "x-vercel-token",
    "x-webhook-secret",
    "x-partner-key",
    "x-auth",
    "cf-access-jwt-assertion",
    "x-amz-date",
    "x-hookdeck-of-tomorrow",
    "referer",
  ])("%s loses its value", (name) => {
    expect(redact({ [name]: "anything" })).toEqual({ [name]: "[redacted]" });
  });

  it("a code in the query of the page before is not kept", () => {
    const kept = redact({
      referer: "https://acme.example/callback?code=4711&state=9",
      origin: "https://acme.example",
    });
    expect(kept).toEqual({ referer: "[redacted]", origin: "https://acme.example" });
  });

  it("the one that carries Okta's secret loses its value whatever it is called", () => {
    const own = { header: "user-agent", secrets: [] };
    expect(redactHeaders(new Headers({ "user-agent": "secret-4711" }), own)).toEqual({
      "user-agent": "[redacted]",
    });
  });

  it.each(["secret-4711", "previous-4711", "Bearer secret-4711", "a, secret-4711, b"])(
    "one that carries a secret under a harmless name loses its value: %s",
    (value) => {
      expect(redact({ "user-agent": value })).toEqual({ "user-agent": "[redacted]" });
    },
  );

  it.each(["x-nf-account-id", "x-nf-blobs-info", "x-nf-geo"])(
    "%s, the platform's own, is dropped",
    (name) => {
      expect(redact({ [name]: "anything" })).toEqual({});
    },
  );

  it("a harmless one is kept, under its name in lower case", () => {
    const kept = {
      "content-type": "application/json",
      "idempotency-key": "evt_1",
      "user-agent": "Okta-Integrations-Cloud",
      "x-hookdeck-eventid": "evt_1",
      "x-nf-client-connection-ip": "203.0.113.7",
      "x-nf-request-id": "01J",
    };

    expect(redact({ ...kept })).toEqual(kept);
    expect(redact({ "User-Agent": "1", "X-Custom": "1" })).toEqual({
      "user-agent": "1",
      "x-custom": "[redacted]",
    });
  });

  it("one called __proto__ is a header like any other", () => {
    const headers = redactHeaders(new Headers([["__proto__", "1"]]), settings);

    expect(Object.entries(headers)).toEqual([["__proto__", "[redacted]"]]);
  });
});
