/**
 * Who is let in. `/api/nothing` is an address without anything behind it: 404 to whoever was let in, and no store is needed to
 * tell.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { config as apiConfig } from "../../netlify/functions/api.mts";
import { config as sessionConfig } from "../../netlify/functions/api-session.mts";
import {
  bearer,
  callInspector,
  type InspectorCall,
  localToken,
  password,
  signIn,
} from "../support/call-inspector.ts";

const LET_IN = 404;
const sameOrigin = { "sec-fetch-site": "same-origin" };

let printed: string[];
beforeEach(() => {
  printed = [];
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => void printed.push(line));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function statusOf(call: InspectorCall, path = "nothing"): Promise<number> {
  return (await callInspector(path, call)).status;
}

describe("deployed", () => {
  it("lets in who sends the password as a bearer token", async () => {
    expect(await statusOf({ headers: bearer })).toBe(LET_IN);
    expect(await statusOf({ headers: { authorization: `bearer ${password}` } })).toBe(LET_IN);
  });

  it.each([
    ["no password", {}],
    ["a wrong password", { authorization: "Bearer a-password-of-this-tesT" }],
    ["an empty one", { authorization: "Bearer " }],
    ["the beginning of it", { authorization: "Bearer a-password-of-this" }],
    ["more than it", { authorization: `Bearer ${password}!` }],
    ["another scheme", { authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}` }],
    ["a cookie that somebody made up", { cookie: `__Host-inspector=9999999999999.${"A".repeat(43)}` }],
    ["the password as a cookie", { cookie: `__Host-inspector=${password}` }],
  ])("answers 401 to %s, saying where the password is set", async (_, headers) => {
    const answer = await callInspector("events", { headers });

    expect(answer.status).toBe(401);
    expect(answer.json.detail).toContain("INSPECTOR_PASSWORD");
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(answer.text).not.toContain(password);
  });

  it.each([
    ["no password is set", {}],
    ["it is empty", { INSPECTOR_PASSWORD: "" }],
    ["it has 15 characters", { INSPECTOR_PASSWORD: "123456789012345" }],
    ["no header could carry it", { INSPECTOR_PASSWORD: "pässword-of-this-test" }],
  ])("is closed where %s, and says what to set", async (_, environment) => {
    const sent = "INSPECTOR_PASSWORD" in environment ? environment.INSPECTOR_PASSWORD : "";
    const answer = await callInspector("events", {
      environment,
      headers: { authorization: `Bearer ${encodeURI(sent)}` },
    });
    const signingIn = await callInspector("session", {
      environment,
      method: "POST",
      headers: sameOrigin,
      body: { password: sent },
    });

    expect(answer.status).toBe(503);
    expect(answer.json.detail).toContain("INSPECTOR_PASSWORD");
    expect(signingIn.status).toBe(503);
    expect(signingIn.headers.has("set-cookie")).toBe(false);
  });

  it("opens at 16 characters", async () => {
    const environment = { INSPECTOR_PASSWORD: "1234567890123456" };
    expect(await statusOf({ environment, headers: { authorization: "Bearer 1234567890123456" } })).toBe(
      LET_IN,
    );
  });

  it.each(["deploy-preview", "branch-deploy"])("asks for the password on a %s as well", async (context) => {
    const deploy = { context, published: false };
    expect(await statusOf({ deploy })).toBe(401);
    expect(await statusOf({ deploy, environment: {} })).toBe(503);
  });

  it("tells everybody whether there is something to sign in to, and nothing else", async () => {
    expect((await callInspector("session")).json).toEqual({
      local: false,
      signedIn: false,
      closed: false,
      requiresPassword: true,
      writeToken: null,
    });
    expect((await callInspector("session", { environment: {} })).json).toEqual({
      local: false,
      signedIn: false,
      closed: true,
      requiresPassword: false,
      writeToken: null,
    });
    expect((await callInspector("session", { headers: bearer })).json).toMatchObject({
      signedIn: true,
      writeToken: null,
    });
  });
});

describe("a session", () => {
  it("begins with the password, in a cookie that no script reads and no other site sends", async () => {
    const answer = await callInspector("session", {
      method: "POST",
      headers: sameOrigin,
      body: { password },
    });

    expect(answer.status).toBe(204);
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^__Host-inspector=/);
    expect(cookie.split("; ").slice(1).sort()).toEqual(
      ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=Strict", "Secure"].sort(),
    );
    expect(cookie).not.toContain(password);
  });

  it("lets its cookie in, among other cookies too", async () => {
    const cookie = await signIn();
    expect(await statusOf({ headers: { ...sameOrigin, cookie: `theme=dark; ${cookie}; a=b` } })).toBe(LET_IN);
  });

  it("does not begin with a wrong password", async () => {
    const answer = await callInspector("session", {
      method: "POST",
      headers: sameOrigin,
      body: { password: "a-wrong-password-of-this-test" },
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.has("set-cookie")).toBe(false);
    expect(answer.text).not.toContain("a-wrong-password");
  });

  it.each([
    ["no password", {}],
    ["a number", { password: 1234567890123456 }],
    ["a word too many", { password, remember: true }],
    ["a megabyte", { password: "x".repeat(1_000_000) }],
    ["no JSON", "password="],
    ["null", null],
  ])("answers 4xx to %s", async (_, body) => {
    const answer = await callInspector("session", { method: "POST", body: body === null ? "null" : body });
    expect([400, 413]).toContain(answer.status);
    expect(answer.json.detail).toMatch(/\S/);
  });

  it("lasts twelve hours", async () => {
    vi.useFakeTimers({ now: new Date("2026-11-24T09:00:00Z"), toFake: ["Date"] });
    const cookie = await signIn();

    vi.setSystemTime(new Date("2026-11-24T20:59:59Z"));
    expect(await statusOf({ headers: { cookie } })).toBe(LET_IN);
    vi.setSystemTime(new Date("2026-11-24T21:00:00Z"));
    expect(await statusOf({ headers: { cookie } })).toBe(401);
  });

  it("cannot be made to last longer by its cookie", async () => {
    const cookie = await signIn();
    const longer = cookie.replace(/=(\d+)\./, (_, until: string) => `=${Number(until) + 1000}.`);
    expect(longer).not.toBe(cookie);
    expect(await statusOf({ headers: { cookie: longer } })).toBe(401);
  });

  it("ends when the password is changed", async () => {
    const cookie = await signIn();
    const environment = { INSPECTOR_PASSWORD: "another-password-of-this-test" };
    expect(await statusOf({ environment, headers: { cookie } })).toBe(401);
  });

  it("ends on request", async () => {
    const cookie = await signIn();
    const answer = await callInspector("session", { method: "DELETE", headers: { ...sameOrigin, cookie } });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("set-cookie")).toMatch(/^__Host-inspector=; Max-Age=0;/);
  });
});

describe("another site's page", () => {
  const foreign: readonly Record<string, string>[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://site.example" },
  ];

  it.each(foreign)("can read nothing with a visitor's cookie (%o)", async (headers) => {
    const cookie = await signIn();
    expect(await statusOf({ headers: { ...headers, cookie } })).toBe(403);
  });

  it.each(foreign)("can replay nothing with a visitor's cookie (%o)", async (headers) => {
    const cookie = await signIn();
    const call = { method: "POST", headers: { ...headers, cookie } };
    expect(await statusOf(call, "events/some-uuid/replay")).toBe(403);
    expect(await statusOf(call, "failing/replay")).toBe(403);
  });

  it.each(foreign)("cannot sign a visitor in or out (%o)", async (headers) => {
    for (const method of ["POST", "DELETE"]) {
      const answer = await callInspector("session", { method, headers, body: { password } });
      expect(answer.status).toBe(403);
      expect(answer.headers.has("set-cookie")).toBe(false);
    }
  });

  it("can neither read nor write on the developer's machine", async () => {
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      // A page on another port of localhost is the same "site".
      { "sec-fetch-site": "same-site", origin: "http://localhost:3000" },
      { origin: "http://localhost:3000" },
    ]) {
      expect(await statusOf({ where: "locally", headers })).toBe(403);
      expect(await statusOf({ where: "locally", method: "POST", headers }, "failing/replay")).toBe(403);
      expect(await statusOf({ where: "locally", method: "POST", headers }, "sample")).toBe(403);
    }
  });

  it("gets no leave to read across origins", async () => {
    const answer = await callInspector("nothing", {
      method: "OPTIONS",
      headers: { origin: "https://evil.example" },
    });
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });
});

describe("our own page", () => {
  it.each([{ "sec-fetch-site": "same-origin" }, { origin: "https://site.example" }])(
    "may read and write (%o)",
    async (headers) => {
      const cookie = await signIn();
      expect(await statusOf({ headers: { ...headers, cookie } })).toBe(LET_IN);
      expect(await statusOf({ method: "POST", headers: { ...headers, cookie } })).toBe(LET_IN);
    },
  );

  it("may be opened from the address bar, which writes nothing", async () => {
    const headers = { cookie: await signIn(), "sec-fetch-site": "none" };
    expect(await statusOf({ headers })).toBe(LET_IN);
    expect(await statusOf({ method: "POST", headers })).toBe(403);
  });

  it("writes with a cookie only from a browser that says for whom", async () => {
    expect(await statusOf({ method: "POST", headers: { cookie: await signIn() } })).toBe(403);
  });
});

describe("a write", () => {
  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])(
    "must be JSON, not %j",
    async (type) => {
      const headers = { ...bearer, "content-type": type };
      expect(await statusOf({ method: "POST", headers }, "failing/replay")).toBe(415);
      expect(await statusOf({ where: "locally", method: "POST", headers: { "content-type": type } })).toBe(
        415,
      );
    },
  );
});

describe("locally", () => {
  it("is open", async () => {
    expect(await statusOf({ where: "locally" })).toBe(LET_IN);
    expect((await callInspector("session", { where: "locally" })).json).toEqual({
      local: true,
      signedIn: true,
      closed: false,
      requiresPassword: false,
      writeToken: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it.each<[string, InspectorCall]>([
    ["another machine's call", { ip: "192.168.1.20" }],
    ["a name that somebody pointed at this machine", { origin: "http://rebound.example:1337" }],
    ["the tunnel of netlify dev --live", { origin: "https://site-123.netlify.live" }],
    ["what Hookdeck forwards", { headers: { "x-hookdeck-eventid": "evt_1" } }],
    ["what a Hookdeck project with a prefix of its own forwards", { headers: { "acme-eventid": "evt_1" } }],
    ["what such a project signed", { headers: { "acme-signature": "c2lnbmF0dXJl" } }],
    ["what it signed while its secret is rolled", { headers: { "acme-signature-2": "c2lnbmF0dXJl" } }],
    ["a tunnel that keeps the name localhost", { headers: { "x-forwarded-host": "abc.ngrok.app" } }],
    ["Cloudflare's tunnel", { headers: { "cf-connecting-ip": "203.0.113.9" } }],
    ["a proxy", { headers: { via: "1.1 proxy.example" } }],
    ["a proxy that names the host it was called by", { headers: { "x-original-host": "hooks.acme.com" } }],
    ["Cloudflare's or Akamai's edge", { headers: { "true-client-ip": "203.0.113.9" } }],
    ["Tailscale's funnel", { headers: { "tailscale-funnel-request": "?1" } }],
    ["Envoy", { headers: { "x-envoy-external-address": "203.0.113.9" } }],
    ["a proxy of the old kind", { headers: { "x-forwarded": "for=203.0.113.9" } }],
    ["a proxy that took a prefix off", { headers: { "x-forwarded-prefix": "/okta" } }],
    ["a proxy that tells for whom", { headers: { forwarded: "for=203.0.113.9" } }],
  ])("neither reads nor writes for %s", async (_, call) => {
    const { writeToken } = (await callInspector("session", { where: "locally" })).json;
    const token = { "x-inspector-token": String(writeToken) };
    const environment = { NETLIFY_DEV: "true", INSPECTOR_PASSWORD: password };
    for (const method of ["GET", "POST"]) {
      const there = { where: "locally", method, ...call, headers: { ...token, ...call.headers } } as const;
      expect(await statusOf(there)).toBe(503);
      expect(await statusOf({ ...there, environment })).toBe(401);
    }
    expect((await callInspector("session", { where: "locally", ...call })).json).toMatchObject({
      local: false,
      signedIn: false,
      writeToken: null,
    });
  });

  it("is open through what netlify dev itself adds to each call", async () => {
    const headers = {
      "client-ip": "127.0.0.1",
      "x-forwarded-for": "::ffff:127.0.0.1",
      "x-nf-client-connection-ip": "127.0.0.1",
      "x-nf-request-id": "01M87P3EM4JMQQ2MCQNHZE0V53",
    };
    expect(await statusOf({ where: "locally", headers })).toBe(LET_IN);
  });

  it.each<[string, Record<string, string>]>([
    ["nothing", {}],
    ["a token that somebody made up", { "x-inspector-token": "A".repeat(43) }],
    ["an empty one", { "x-inspector-token": "" }],
    ["the page's own origin alone", sameOrigin],
  ])("takes no write that carries %s", async (_, headers) => {
    for (const path of ["failing/replay", "events/some-uuid/replay", "sample", "nothing"]) {
      const answer = await callInspector(path, { where: "locally", method: "POST", headers });
      expect(answer.status).toBe(403);
      expect(answer.json.detail).toContain("/api/session");
    }
  });

  it("takes a write with the token that its session gave, the same for each new process", async () => {
    const [one, other] = await Promise.all([localToken(), localToken()]);
    expect(other).toEqual(one);
    expect(await statusOf({ where: "locally", method: "POST", headers: { ...sameOrigin, ...one } })).toBe(
      LET_IN,
    );
  });

  it("is not what a deploy is, whatever its address", async () => {
    expect(await statusOf({ origin: "http://localhost:1337", ip: "127.0.0.1", environment: {} })).toBe(503);
  });
});

describe("locally, with a password set", () => {
  const environment = { NETLIFY_DEV: "true", INSPECTOR_PASSWORD: password };
  const here = { where: "locally", environment } as const;

  it("asks for it, reads and writes alike, and gives no token before", async () => {
    const { writeToken } = (await callInspector("session", { where: "locally" })).json;
    const headers = { "x-inspector-token": String(writeToken) };
    expect(await statusOf(here)).toBe(401);
    expect(await statusOf({ ...here, method: "POST", headers })).toBe(401);
    expect((await callInspector("session", here)).json).toEqual({
      local: true,
      signedIn: false,
      closed: false,
      requiresPassword: true,
      writeToken: null,
    });
  });

  it("is open to the bearer of the password, who needs no token", async () => {
    expect(await statusOf({ ...here, headers: bearer })).toBe(LET_IN);
    expect(await statusOf({ ...here, method: "POST", headers: bearer })).toBe(LET_IN);
  });

  it("is open to a browser that signed in, with the token for writes", async () => {
    const signing = await callInspector("session", {
      ...here,
      method: "POST",
      headers: sameOrigin,
      body: { password },
    });
    // No `Secure`: Safari would not keep it for http://localhost.
    expect(signing.headers.get("set-cookie")).toMatch(
      /^inspector-local=\S+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const headers = { ...sameOrigin, cookie: signing.headers.get("set-cookie")?.split(";")[0] ?? "" };
    expect(await statusOf({ ...here, headers })).toBe(LET_IN);
    expect(await statusOf({ ...here, method: "POST", headers })).toBe(403);
    const { writeToken } = (await callInspector("session", { ...here, headers })).json;
    const withToken = { ...headers, "x-inspector-token": String(writeToken) };
    expect(await statusOf({ ...here, method: "POST", headers: withToken })).toBe(LET_IN);
    expect(await statusOf({ headers })).toBe(401);
  });

  it.each(["123456789012345", "pässword-of-this-test"])(
    "is closed where it cannot be used (%s)",
    async (unusable) => {
      const answer = await callInspector("events", {
        where: "locally",
        environment: { NETLIFY_DEV: "true", INSPECTOR_PASSWORD: unusable },
      });
      expect(answer.status).toBe(503);
      expect(answer.json.detail).toContain(".env");
    },
  );
});

describe("the log", () => {
  const from = "203.0.113.7";
  /** Everything that is printed for a call: at most one line. */
  async function lineOf(path: string, call: InspectorCall): Promise<Record<string, unknown> | null> {
    printed = [];
    await callInspector(path, call);
    expect(printed.length).toBeLessThanOrEqual(1);
    expect(printed.join()).not.toMatch(/of-this-test|wrong-password/);
    return printed[0] === undefined ? null : JSON.parse(printed[0]);
  }
  const signingIn = (word: string) => ({ method: "POST", headers: sameOrigin, body: { password: word } });

  it("has a line for who signs in and out, with when and from where", async () => {
    vi.useFakeTimers({ now: new Date("2026-11-24T09:00:00Z"), toFake: ["Date"] });
    const at = "2026-11-24T09:00:00.000Z";
    expect(await lineOf("session", signingIn(password))).toMatchObject({
      outcome: "sign-in",
      status: 204,
      at,
      from,
    });
    const headers = { ...sameOrigin, cookie: await signIn() };
    expect(await lineOf("session", { method: "DELETE", headers })).toMatchObject({
      outcome: "sign-out",
      at,
      from,
    });
  });

  it("has a line for each wrong password, however it is tried", async () => {
    const guess = { headers: { authorization: "Bearer a-wrong-password" } };
    expect(await lineOf("session", signingIn("a-wrong-password"))).toMatchObject({
      level: "warn",
      outcome: "sign-in-refused",
      status: 401,
      from,
    });
    for (const path of ["events", "session", "nothing"]) {
      expect(await lineOf(path, guess)).toMatchObject({ outcome: "password-refused", status: 401, from });
    }
  });

  it("has a line for each write, done or refused", async () => {
    const path = "/api/events/some-uuid/replay";
    const refused = { outcome: "write-refused", method: "POST", path, from };
    expect(await lineOf("events/some-uuid/replay", { method: "POST" })).toMatchObject({
      ...refused,
      status: 401,
    });
    const notHere = { context: "deploy-preview", published: false };
    expect(
      await lineOf("events/some-uuid/replay", { method: "POST", headers: bearer, deploy: notHere }),
    ).toMatchObject({ ...refused, status: 409 });
    expect(await lineOf("sample", { method: "POST", headers: bearer })).toMatchObject({ status: 403 });
  });

  it("says the same to the developer in a sentence, in which nothing steers the terminal", async () => {
    printed = [];
    await callInspector("events/%1b%0aa/replay", { where: "locally", method: "POST" });
    expect(printed).toEqual(["✗ 403 write-refused (POST /api/events/%1b%0aa/replay) from 127.0.0.1"]);
  });

  it("has one line for a refused write that netlify dev tries under four names more", async () => {
    printed = [];
    for (const again of ["", ".html", ".htm", "/index.html", "/index.htm"]) {
      await callInspector(`failing/replay${again}`, { where: "locally", method: "POST" });
    }
    expect(printed).toEqual(["✗ 403 write-refused (POST /api/failing/replay) from 127.0.0.1"]);
  });

  it("has none for who looks, or has no session any more", async () => {
    expect(await lineOf("nothing", { headers: bearer })).toBeNull();
    expect(await lineOf("events", {})).toBeNull();
    expect(await lineOf("session", {})).toBeNull();
    expect(await lineOf("session", { headers: bearer })).toBeNull();
  });
});

describe("guessing", () => {
  it.each([
    ["by signing in", sessionConfig, 20],
    ["as a bearer", apiConfig, 100],
  ])("%s is held to so many tries a minute from one address", (_, { rateLimit }, most) => {
    expect(rateLimit?.aggregateBy).toContain("ip");
    expect(((rateLimit?.windowLimit ?? Infinity) * 60) / (rateLimit?.windowSize ?? 0)).toBeLessThanOrEqual(
      most,
    );
  });
});

describe("every answer", () => {
  it.each<[string, string, InspectorCall]>([
    ["a list of nothing", "nothing", { headers: bearer }],
    ["a refusal", "events", {}],
    ["a closed inspector", "events", { environment: {} }],
    ["the session", "session", {}],
    ["signing in", "session", { method: "POST", body: { password } }],
    ["a store that is not there", "events", { headers: bearer }],
  ])("keeps browsers from storing, framing or running it: %s", async (_, path, call) => {
    const { headers } = await callInspector(path, call);
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy":
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
  });

  it("that is an error is a problem document which says what to do", async () => {
    const answer = await callInspector("nothing", { headers: bearer });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.json).toMatchObject({ type: "about:blank", title: "Not Found", status: 404 });
  });

  it("names what an address takes", async () => {
    const answer = await callInspector("events", { method: "DELETE", headers: bearer });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET");
  });
});
