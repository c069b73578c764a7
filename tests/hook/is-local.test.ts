import { describe, expect, it } from "vitest";
import { isLocal } from "../../netlify/hook/is-local.ts";

const own = { url: "http://localhost:1337/okta-webhooks-endpoint", underNetlifyDev: true, ip: "127.0.0.1" };
const to = (host: string) => ({ ...own, url: `http://${host}/okta-webhooks-endpoint` });

describe("a call is the developer's own", () => {
  it.each(["localhost", "LOCALHOST:1337", "127.0.0.1:1337", "[::1]:1337", "[0:0:0:0:0:0:0:1]", "127.1"])(
    "when it is made to %s",
    (host) => {
      expect(isLocal(to(host))).toBe(true);
    },
  );

  it.each(["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])("when it comes from %s", (ip) => {
    expect(isLocal({ ...own, ip })).toBe(true);
  });
});

describe("a call counts as deployed", () => {
  it("when `netlify dev` does not run us", () => {
    expect(isLocal({ ...own, underNetlifyDev: false })).toBe(false);
  });

  it.each([
    ["the tunnel's name", "okta-hooks.netlify.live"],
    ["a name that a stranger pointed here", "rebound.example"],
    ["a name that only begins like ours", "localhost.example.com"],
    ["our address on the LAN", "192.168.1.20:1337"],
    ["every address", "0.0.0.0:1337"],
    ["localhost with a dot", "localhost.:1337"],
    ["user information that reads like us", "localhost@rebound.example"],
  ])("when it is made to %s", (_, host) => {
    expect(isLocal(to(host))).toBe(false);
  });

  it.each(["192.168.1.30", "203.0.113.7", "fe80::1", "::ffff:192.168.1.30", "127.0.0.1.example", ""])(
    "when it comes from %o, whatever its Host says",
    (ip) => {
      expect(isLocal({ ...own, ip })).toBe(false);
    },
  );
});
