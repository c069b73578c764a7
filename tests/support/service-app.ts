/** A service app of the stand-in org's, and a site's settings that sign in as it. */
import { generateKeyPairSync } from "node:crypto";
import type { Environment } from "../../netlify/settings/environment.ts";
import type { ServiceApp } from "../okta/stand-in/oauth.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** The site's app, as an org knows it. */
export const serviceApp: ServiceApp = {
  clientId: "0oaApp",
  publicKey: publicKey.export({ format: "jwk" }),
  scopes: ["okta.eventHooks.read", "okta.logs.read"],
};

/** The settings of a site with this org and app. */
export function serviceAppSettings({ url }: { readonly url: string }): Environment {
  const variables: Record<string, string> = {
    OKTA_ORG_URL: url,
    OKTA_CLIENT_ID: serviceApp.clientId,
    OKTA_PRIVATE_KEY: JSON.stringify(privateKey.export({ format: "jwk" })),
  };
  return (name) => variables[name];
}
