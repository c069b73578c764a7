import { expect, test } from "vitest";
import { callSweep } from "../../../netlify/cli/start/call-sweep.ts";
import { listen } from "../../support/listen.ts";

test("calls the site's sweep, as Netlify's schedule does", async () => {
  const { url, calls } = await listen((_call, response) => void response.end());
  await callSweep(new URL(url).origin);
  expect(calls.map((call) => [call.method, call.url])).toEqual([["POST", "/.netlify/functions/sweep"]]);
});

test("a site that ends in the middle of its answer ends nothing else", async () => {
  const { url } = await listen((_call, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half", () => response.destroy());
  });
  await expect(callSweep(new URL(url).origin)).resolves.toBeUndefined();
});

test("nor does one that is not there, or not yet", async () => {
  await expect(callSweep("http://127.0.0.1:9")).resolves.toBeUndefined();
  await expect(callSweep(undefined)).resolves.toBeUndefined();
});
