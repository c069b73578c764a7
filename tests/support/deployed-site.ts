/**
 * A deployed site: its own functions, in process, over a real Postgres and Netlify's own Blobs server. Only the test moves its time, and
 * at any statement an instance can be slow, fail or die.
 */
import type { Context } from "@netlify/functions";
import { vi } from "vitest";
import type { Clock } from "../../netlify/base/clock.ts";
import type { Database } from "../../netlify/events/database/database.ts";
import { DatabaseError } from "../../netlify/events/database/database-error.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { listHandlers } from "../../netlify/handler-kit/handler-list.ts";
import { startBlobs } from "./blobs.ts";
import { makeBody, makeEvent } from "./deliveries.ts";
import { type MadeWork, makeWork } from "./made-work.ts";
import { setNetlifyEnvironment } from "./netlify-environment.ts";

export const MINUTE_MS = 60_000;
const secret = "Basic a-secret-of-the-deployed-site";
const password = "a-password-of-the-deployed-site";

/** A statement on its way: whoever holds it runs it, or not. */
type Statement = (
  run: () => Promise<void>,
  about: { readonly text: string; readonly timeoutMs: number },
) => Promise<void>;

/** What a sweep answered; `died`: its process did not live to answer. */
export type SweepAnswer = { readonly outcome: string } & Record<string, unknown>;

export interface DeployedSite {
  readonly work: MadeWork;
  /** When each event was handled. */
  readonly handled: ReadonlyMap<string, number>;
  /** What the handler does. It may throw. */
  handle: (uuid: string) => Promise<void> | void;
  /** False: the handlers' file does not load, as after a bad deploy. */
  handlersLoad: boolean;
  /** What happens to each statement. */
  statement: Statement;
  /** A status that Blobs answer a request with, instead of their own. */
  blobsFault: (method: string, key: string) => number | undefined;
  /** How far the clock of the functions is ahead. */
  clockErrorMs: number;
  /** What was printed as a warning or an error. */
  readonly complaints: string[];
  /** Ends the instance at this point: it runs no further. What it sent to Blobs arrives. */
  die(): Promise<never>;
  /** The status of the answer, once the work after it is done too. */
  deliver(uuid: string, options?: { readonly published?: boolean }): Promise<number | "died">;
  /** A call of the page's API. */
  call(method: "POST" | "DELETE", path: string, body: object): Promise<number | "died">;
  sweep(): Promise<SweepAnswer>;
  /** Sweeps by the schedule until something is so, or until a time. @returns whether it came to be so */
  sweepUntil(done: () => boolean, options: { readonly withinMs: number }): Promise<boolean>;
  advance(ms: number): Promise<void>;
  /** Instances of a new deploy take the place of those that run. */
  nextDeploy(): void;
  close(): Promise<void>;
}

/** Every how many minutes Netlify calls the sweep. */
function readSchedule(schedule: string | undefined): number {
  if (schedule === "@hourly") return 60;
  const [, minutes] = /^\*\/(\d+) \* \* \* \*$/.exec(schedule ?? "") ?? [];
  if (minutes === undefined) throw new Error(`The sweep's schedule is unexpected: ${schedule}`);
  return Number(minutes);
}

export async function deploySite(
  databaseUrl: string,
  variables: Readonly<Record<string, string>> = {},
  retries = 10,
): Promise<DeployedSite> {
  const blobs = await startBlobs();
  const handled = new Map<string, number>();
  const complaints: string[] = [];
  const greet = defineHandler({
    name: "greet-new-user",
    on: "user.lifecycle.create",
    retries,
    async handle({ uuid }) {
      await site.handle(uuid);
      handled.set(uuid, work.clock.now());
    },
  });
  const work = await makeWork(databaseUrl, [greet]);
  await work.sql("truncate alerts, catch_up, log_events, ledger_hours");
  setNetlifyEnvironment({
    NETLIFY_BLOBS_CONTEXT: blobs.context,
    OKTA_HOOK_SECRET: secret,
    INSPECTOR_PASSWORD: password,
    ...variables,
  });
  vi.stubEnv("NODE_ENV", "production");
  vi.useFakeTimers({ toFake: ["Date"], now: work.clock.now() });
  for (const level of ["warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line) => void complaints.push(String(line)));
  }
  vi.spyOn(console, "info").mockReturnValue();

  const calls = new Set<Promise<unknown>>();
  const callNetwork = globalThis.fetch;
  vi.stubGlobal("fetch", (async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const status = url.pathname.startsWith("/site/")
      ? site.blobsFault(init?.method ?? "get", url.pathname)
      : undefined;
    if (status !== undefined) return new Response(null, { status });
    const call = callNetwork(input, init);
    calls.add(call);
    const forget = () => calls.delete(call);
    call.then(forget, forget);
    return await call;
  }) satisfies typeof fetch);

  let generation = 0;
  let isDead = () => {};
  const never = new Promise<never>(() => {});
  const clock: Clock = {
    now: () => Date.now(),
    async wait(ms, signal) {
      if (signal) return await work.clock.wait(ms, signal);
      await site.advance(ms);
      return true;
    },
  };
  const database = (own: number): Database => ({
    ...work.database,
    async query<Row>(text: string, values: readonly unknown[], limit: { readonly timeoutMs: number }) {
      if (own !== generation) return await never;
      let rows: readonly Row[] = [];
      const run = async () => {
        ({ rows } = await work.database.query<Row>(text, values, limit));
      };
      await site.statement(run, { text, ...limit }).catch(async (error: unknown) => {
        if (!(error instanceof DatabaseError)) throw error;
        // An instance has loaded a class of its own.
        const own = await import("../../netlify/events/database/database-error.ts");
        throw new own.DatabaseError(error.code);
      });
      return own === generation ? { rows } : await never;
    },
  });
  /** A new process: it has loaded nothing yet. */
  const startInstance = () => {
    generation += 1;
    const instanceDatabase = { ...database(generation), id: null };
    vi.doMock("../../netlify/events/database/open-instance-database.ts", () => ({
      openInstanceDatabase: () => instanceDatabase,
    }));
    vi.doMock("../../netlify/base/clock.ts", () => ({ systemClock: clock }));
    vi.doMock("../../netlify/handlers/index.ts", () => {
      if (!site.handlersLoad) throw new Error("no handlers here");
      return { handlers: listHandlers([greet]) };
    });
    vi.resetModules();
  };

  /** Calls a function as Netlify does, and waits until the work after its answer is over. */
  async function invoke(
    name: "api" | "okta-webhooks-endpoint" | "sweep",
    request: Request,
    published = true,
  ): Promise<Response | "died"> {
    const background: Promise<unknown>[] = [];
    const context = {
      ip: "198.51.100.7",
      deploy: { id: "1", context: "production", published },
      waitUntil: (promise: Promise<unknown>) => void background.push(promise),
    } as unknown as Context;
    const death = new Promise<"died">((resolve) => {
      isDead = () => resolve("died");
    });
    const life = async () => {
      const { default: serve } = await import(`../../netlify/functions/${name}.mts`);
      const response: Response = await serve(request, context);
      for (const promise of background) await promise;
      return response;
    };
    return await Promise.race([life(), death]);
  }

  const site: DeployedSite = {
    work,
    handled,
    complaints,
    handle: () => {},
    handlersLoad: true,
    statement: (run) => run(),
    blobsFault: () => undefined,
    clockErrorMs: 0,
    async die() {
      await Promise.allSettled(calls);
      startInstance();
      isDead();
      return await never;
    },
    async deliver(uuid, { published = true } = {}) {
      const event = makeEvent(uuid, { published: new Date(work.clock.now() - MINUTE_MS).toISOString() });
      const request = new Request("https://site.example/okta-webhooks-endpoint", {
        method: "POST",
        headers: { "content-type": "application/json", authorization: secret },
        body: makeBody([event]),
      });
      const response = await invoke("okta-webhooks-endpoint", request, published);
      return response === "died" ? response : response.status;
    },
    async call(method, path, body) {
      const request = new Request(`https://site.example/api/${path}`, {
        method,
        headers: { "content-type": "application/json", authorization: `Bearer ${password}` },
        body: JSON.stringify(body),
      });
      const response = await invoke("api", request);
      return response === "died" ? response : response.status;
    },
    async sweep() {
      const request = new Request("https://site.example/", { method: "POST", body: "{}" });
      const response = await invoke("sweep", request);
      return response === "died" ? { outcome: "died" } : ((await response.json()) as SweepAnswer);
    },
    async sweepUntil(done, { withinMs }) {
      const { config } = await import("../../netlify/functions/sweep.mts");
      const everyMs = readSchedule(config.schedule) * MINUTE_MS;
      const until = work.clock.now() + withinMs;
      for (;;) {
        const next = (Math.floor(work.clock.now() / everyMs) + 1) * everyMs;
        if (done() || next > until) return done();
        await site.advance(next - work.clock.now());
        await site.sweep();
      }
    },
    async advance(ms) {
      await work.clock.advance(ms);
      vi.setSystemTime(work.clock.now() + site.clockErrorMs);
    },
    nextDeploy: startInstance,
    async close() {
      vi.useRealTimers();
      vi.unstubAllEnvs();
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
      for (const path of [
        "events/database/open-instance-database.ts",
        "base/clock.ts",
        "handlers/index.ts",
      ]) {
        vi.doUnmock(`../../netlify/${path}`);
      }
      vi.resetModules();
      await work.close();
      await blobs.stop();
    },
  };
  startInstance();
  return site;
}
