import { afterAll, beforeAll, expect, test } from "vitest";
import { type NetlifyDev, startNetlifyDev } from "./support/netlify-dev.ts";

let site: NetlifyDev;
beforeAll(async () => {
  site = await startNetlifyDev();
});
afterAll(() => site?.stop());

test("serves the endpoint", async () => {
  const response = await fetch(`${site.url}/okta-webhooks-endpoint`);
  expect(response.status).toBe(200);
});
