import { expect, onTestFinished, test } from "vitest";
import { startNetlifyDev } from "./support/netlify-dev.ts";

test("plain netlify dev brings its database up to date by itself", async () => {
  const site = await startNetlifyDev();
  onTestFinished(() => site.stop());

  expect(site.output()).toMatch(/Database: applied \d{14}_store/);
});
