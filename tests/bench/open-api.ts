/** The API's own function in this process, as deployed: a question in, an answer out. */
import type { Context } from "@netlify/functions";
import api from "../../netlify/functions/api.mts";
import { instanceDatabase } from "../support/instance-database.ts";
import { setNetlifyEnvironment } from "../support/netlify-environment.ts";
import { filled } from "./fill-store.ts";

/** The API, and what it takes to measure it. */
export interface Api {
  /** Asks it. @throws when it does not answer 200 */
  ask(path: string): Promise<unknown>;
  /** Makes it use another database from now on. */
  use(databaseUrl: string): Promise<void>;
}

const password = "a-password-for-measuring";

/** Opens the API of a site that compares itself with its org. */
export function openApi(): Api {
  setNetlifyEnvironment({
    INSPECTOR_PASSWORD: password,
    OKTA_ORG_URL: `https://${filled.org}`,
    OKTA_API_TOKEN: "unused",
  });
  const context = {
    deploy: { context: "dev", id: "bench", published: true },
    ip: "198.51.100.7",
    waitUntil: () => {},
  } as unknown as Context;

  return {
    async ask(path) {
      const request = new Request(`https://hooks.example/api/${path}`, {
        headers: { authorization: `Bearer ${password}` },
      });
      const response = await api(request, context);
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${path} was answered ${response.status}: ${text}`);
      return JSON.parse(text);
    },
    async use(databaseUrl) {
      await instanceDatabase.close();
      Netlify.env.set("NETLIFY_DB_URL", databaseUrl);
    },
  };
}
