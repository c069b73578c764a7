import { expect, test, vi } from "vitest";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { startOrg } from "../okta/stand-in/start-org.ts";
import { serviceApp, serviceAppSettings } from "../support/service-app.ts";
import { typeHook } from "../support/type-hook.ts";

test("handlers names each scope that Okta does not grant, with where to grant it", async () => {
  await using org = await startOrg({ serviceApp: { ...serviceApp, scopes: ["okta.users.read"] } });
  const settings = serviceAppSettings(org);
  const names = ["OKTA_ORG_URL", "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY"];
  const roles = defineHandler({
    name: "roles",
    on: "group.user_membership.*",
    okta: ["okta.users.read", "okta.groups.read"],
    handle() {},
  });
  // Nothing runs here: the handlers' files are read, with the settings of .env.
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", (input: URL | string, init?: RequestInit) =>
    new URL(input).host === "localhost:1337"
      ? Promise.reject(new TypeError("fetch failed"))
      : real(input, init),
  );
  const { lines } = await typeHook(["handlers"], {
    environment: Object.fromEntries(names.map((name) => [name, settings(name) ?? ""])),
    handlers: async () => [roles],
  });
  vi.unstubAllGlobals();
  expect(lines).toEqual([
    "roles",
    "  on group.user_membership.*",
    "  granted  okta.users.read",
    `  not usable  okta.groups.read ${new URL(org.url).host} does not grant the service app okta.groups.read: grant it under Applications > the app > Okta API Scopes, and give the app an admin role that covers it.`,
    "Their runs are not known: npm start is not running.",
  ]);
});
