/**
 * Calls the endpoint's function in process, as Netlify would: settings in `Netlify.env`, a context, a real Request. The one
 * place that knows what the function needs around it.
 */
import type { Context } from "@netlify/functions";
import { afterAll, beforeAll, vi } from "vitest";
import oktaWebhooksEndpoint from "../../netlify/functions/okta-webhooks-endpoint.mts";
import { type Blobs, startBlobs } from "./blobs.ts";
import { instanceDatabase } from "./instance-database.ts";
import { setNetlifyEnvironment } from "./netlify-environment.ts";
import { startPostgres } from "./postgres.ts";

/** Where a call comes from and arrives. */
const places = {
  /** The developer's own call under `netlify dev`. */
  locally: { origin: "http://localhost:1337", ip: "127.0.0.1", environment: { NETLIFY_DEV: "true" } },
  deployed: { origin: "https://hooks.example", ip: "198.51.100.7", environment: {} },
  /** Under `netlify dev`, but through a tunnel or a name that somebody pointed at this machine. */
  tunnelled: { origin: "https://okta-hooks.example", ip: "127.0.0.1", environment: { NETLIFY_DEV: "true" } },
} as const;

export interface EndpointCall {
  readonly where: keyof typeof places;
  /** The settings. Whatever is not named is not set. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Makes the call, given the origin to address it to. */
  readonly request: (origin: string) => Request;
}

export interface EndpointAnswer {
  readonly response: Response;
  /** What was printed up to the answer, one entry for each call of `console`. */
  readonly printed: readonly string[];
  /** What was printed of the work after it. */
  readonly printedAfterwards: readonly string[];
}

let databaseUrl: string | undefined;
let blobs: Blobs;

beforeAll(async () => {
  blobs = await startBlobs();
});
afterAll(() => blobs.stop());

/** Gives the endpoint a store of its own for the tests of this file. Without it, the store is unavailable. */
export function useStore(): void {
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const postgres = await startPostgres();
    stop = postgres.destroy;
    databaseUrl = await postgres.createDatabase();
  });
  afterAll(async () => {
    await instanceDatabase.close();
    await stop?.();
  });
}

/** Calls the endpoint and waits until the work that it left for after its answer is done. */
export async function callEndpoint({
  where,
  environment = {},
  request,
}: EndpointCall): Promise<EndpointAnswer> {
  const place = places[where];
  const printed: string[] = [];
  const spies = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...parts) => void printed.push(parts.join(" "))),
  );
  const background: Promise<unknown>[] = [];
  const store = databaseUrl === undefined ? {} : { NETLIFY_DB_URL: databaseUrl };
  // Colours would depend on where the tests run.
  setNetlifyEnvironment({
    NO_COLOR: "1",
    NETLIFY_BLOBS_CONTEXT: blobs.context,
    ...store,
    ...place.environment,
    ...environment,
  });
  try {
    const response = await oktaWebhooksEndpoint(
      request(place.origin),
      contextOf({ ...place, waitUntil: (work) => void background.push(work) }),
    );
    const atAnswer = printed.length;
    await Promise.all(background);
    return { response, printed: printed.slice(0, atAnswer), printedAfterwards: printed.slice(atAnswer) };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

interface ContextParts {
  readonly origin: string;
  readonly ip: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly waitUntil: Context["waitUntil"];
}

function contextOf({ origin, ip, environment, waitUntil }: ContextParts): Context {
  const notForThis = () => {
    throw new Error("The endpoint has no business with this part of the context");
  };
  const deployContext = "NETLIFY_DEV" in environment ? "dev" : "production";
  return {
    account: { id: "an-account" },
    cookies: { delete: notForThis, get: notForThis, set: notForThis },
    deploy: { context: deployContext, id: "a-deploy", published: deployContext === "production" },
    geo: {},
    ip,
    json: notForThis,
    log: notForThis,
    next: notForThis,
    params: {},
    requestId: "a-request",
    rewrite: notForThis,
    server: {},
    site: {},
    url: new URL(origin),
    waitUntil,
  };
}
