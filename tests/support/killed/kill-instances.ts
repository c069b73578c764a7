/** Starts instance after instance under load and kills each at a random point. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { makeBody, makeEvent } from "../deliveries.ts";
import type { News, Order } from "./instance.ts";
import { randomFrom } from "./random.ts";

export interface Killing {
  readonly url: string;
  readonly triesFile: string;
  readonly seed: number;
  readonly kills: number;
  /** What each instance gets, all at once. */
  readonly deliveriesEach: number;
  /** Kills happen within this time after the load began, or as long as the instance took to start. */
  readonly withinMs: number;
  /** Variables of the instances; without any their database is Netlify's at `url`. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Told before each start. */
  readonly beforeStart?: (kill: number) => Promise<void>;
}

/** What an instance was asked for and what it answered before it died. */
export interface Killed {
  /** Events of deliveries that were answered 204. */
  readonly acknowledged: readonly string[];
  readonly statuses: Readonly<Record<number, number>>;
}

export async function killInstances({
  url,
  triesFile,
  seed,
  kills,
  deliveriesEach,
  withinMs,
  environment,
  beforeStart,
}: Killing): Promise<Killed> {
  const random = randomFrom(seed);
  const acknowledged: string[] = [];
  const statuses: Record<number, number> = {};
  let unanswered: string[][] = [];

  for (let kill = 0; kill < kills; kill += 1) {
    await beforeStart?.(kill);
    // Every other one dies in the middle of a handler, however fast the machine is; the others at any point.
    const diesAtTry = kill % 2 === 0 ? 1 + random(deliveriesEach) : undefined;
    const startedAt = performance.now();
    const { process: instance, ended } = await startInstance(url, triesFile, {
      ...environment,
      DIES_AT_TRY: String(diesAtTry ?? ""),
    });
    // On a busy machine all of it takes longer, as starting does: the kills would come before anything happened.
    const spanMs = Math.max(withinMs, Math.round(performance.now() - startedAt));
    // What the one before left unanswered comes again, as from Okta.
    const deliveries = unanswered.slice(0, deliveriesEach / 3);
    while (deliveries.length < deliveriesEach) {
      const place = deliveries.length;
      deliveries.push(
        Array.from({ length: 1 + random(5) }, (_, index) => `${seed}-${kill}-${place}-${index}${random(10)}`),
      );
    }
    const answered = new Set<number>();
    instance.on("message", (news: News) => {
      if (!("id" in news)) return;
      statuses[news.status] = (statuses[news.status] ?? 0) + 1;
      if (news.status !== 204) return;
      answered.add(news.id);
      acknowledged.push(...(deliveries[news.id] ?? []));
    });
    if (random(3) === 0) order(instance, { sweep: true });
    for (const [id, uuids] of deliveries.entries()) {
      order(instance, { id, deliver: makeBody(uuids.map((uuid) => makeEvent(uuid))) });
    }
    // Its database may be restarted under it: then it comes to no handler.
    await Promise.race([ended, setTimeout(diesAtTry === undefined ? random(spanMs) : 10_000)]);
    instance.kill("SIGKILL");
    await ended;
    unanswered = deliveries.filter((_, id) => !answered.has(id));
  }
  return { acknowledged, statuses };
}

/**
 * Starts an instance and waits until its functions are loaded.
 * @returns `ended` rejects when it ended by itself, with what it said
 */
export async function startInstance(
  url: string,
  triesFile: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ process: ChildProcess; ended: Promise<void> }> {
  const instance = fork(new URL("./instance.ts", import.meta.url), {
    env: {
      ...process.env,
      NETLIFY_DB_URL: url,
      TRIES_FILE: triesFile,
      OKTA_HOOK_SECRET: "Basic a-secret-of-the-test",
      NODE_OPTIONS: "",
      ...environment,
    },
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const said: string[] = [];
  instance.stderr?.on("data", (chunk) => said.push(String(chunk)));
  const ended = once(instance, "close").then(([, signal]) => {
    if (signal !== "SIGKILL") throw new Error(`An instance ended by itself:\n${said.slice(-20).join("")}`);
  });
  ended.catch(() => {});
  await Promise.race([once(instance, "message"), ended]);
  return { process: instance, ended };
}

export function order(instance: ChildProcess, what: Order): void {
  instance.send(what, () => {});
}
