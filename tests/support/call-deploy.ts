/** Calls the functions of a deploy in process: of production, a preview or `netlify dev`, with the variables that it has. */
import type { Context } from "@netlify/functions";
import { afterAll, onTestFinished, vi } from "vitest";
import api from "../../netlify/functions/api.mts";
import endpoint from "../../netlify/functions/okta-webhooks-endpoint.mts";
import serveSweep from "../../netlify/functions/sweep.mts";
import { startBlobs } from "./blobs.ts";
import { makeBody, makeEvent } from "./deliveries.ts";
import { instanceDatabase } from "./instance-database.ts";
import { setNetlifyEnvironment } from "./netlify-environment.ts";

const secret = "Basic a-secret-of-the-deploys";
const password = "a-password-of-the-deploys";

let blobs: ReturnType<typeof startBlobs> | undefined;
afterAll(async () => (await blobs)?.stop());

/** Each call comes to a new instance, and what it left for after its answer is waited for. */
export function callDeploy(
  deploy: { readonly context: string; readonly published: boolean },
  environment: Readonly<Record<string, string>>,
) {
  const printed: string[] = [];
  const call = async (serve: (request: Request, context: Context) => Promise<Response>, request: Request) => {
    blobs ??= startBlobs();
    setNetlifyEnvironment({
      NETLIFY_BLOBS_CONTEXT: (await blobs).context,
      OKTA_HOOK_SECRET: secret,
      INSPECTOR_PASSWORD: password,
      ...environment,
    });
    // The driver of `netlify dev` reads it there.
    if (environment.NETLIFY_DB_URL !== undefined) vi.stubEnv("NETLIFY_DB_URL", environment.NETLIFY_DB_URL);
    for (const level of ["log", "info", "warn", "error"] as const) {
      vi.spyOn(console, level).mockImplementation((line) => void printed.push(String(line)));
    }
    const background: Promise<unknown>[] = [];
    const context = {
      ip: "198.51.100.7",
      deploy: { id: "1", ...deploy },
      waitUntil: (promise: Promise<unknown>) => void background.push(promise),
    } as unknown as Context;
    try {
      const response = await serve(request, context);
      await Promise.all(background);
      return response;
    } finally {
      await instanceDatabase.close();
    }
  };
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
  return {
    /** @returns the status of the answer */
    async deliver(uuid: string): Promise<number> {
      const request = new Request("https://site.example/okta-webhooks-endpoint", {
        method: "POST",
        headers: { "content-type": "application/json", authorization: secret },
        body: makeBody([makeEvent(uuid)]),
      });
      return (await call(endpoint, request)).status;
    },
    async sweep(): Promise<unknown> {
      const request = new Request("https://site.example/", { method: "POST", body: "{}" });
      return await (await call(serveSweep, request)).json();
    },
    /** @returns the text of the answer */
    async api(path: string): Promise<string> {
      const request = new Request(`https://site.example/api/${path}`, {
        headers: { authorization: `Bearer ${password}` },
      });
      return await (await call(api, request)).text();
    },
    printed: () => printed.join("\n"),
  };
}
