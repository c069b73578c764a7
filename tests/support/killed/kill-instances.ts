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
  /** Kills happen within this time after the load began. */
  readonly withinMs: number;
  /** Told before each start. */
  readonly beforeStart?: (kill: number) => Promise<void>;
}

/** What an instance was asked for and what it answered before it died. */
export interface Killed {
  /** Events of deliveries that were answered 204. */
  readonly acknowledged: readonly string[];
  readonly statuses: Readonly<Record<number, number>>;
}

const deliveriesPerInstance = 12;

export async function killInstances({
  url,
  triesFile,
  seed,
  kills,
  withinMs,
  beforeStart,
}: Killing): Promise<Killed> {
  const random = randomFrom(seed);
  const acknowledged: string[] = [];
  const statuses: Record<number, number> = {};
  let unanswered: string[][] = [];

  for (let kill = 0; kill < kills; kill += 1) {
    await beforeStart?.(kill);
    const instance = await startInstance(url, triesFile);
    // What the one before left unanswered comes again, as from Okta.
    const deliveries = unanswered.slice(0, 3);
    while (deliveries.length < deliveriesPerInstance) {
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
    await setTimeout(random(withinMs));
    const closed = once(instance, "close");
    instance.kill("SIGKILL");
    await closed;
    unanswered = deliveries.filter((_, id) => !answered.has(id));
  }
  return { acknowledged, statuses };
}

/** Starts an instance and waits until its functions are loaded. */
export async function startInstance(url: string, triesFile: string): Promise<ChildProcess> {
  const instance = fork(new URL("./instance.ts", import.meta.url), {
    env: {
      ...process.env,
      NETLIFY_DB_URL: url,
      TRIES_FILE: triesFile,
      OKTA_HOOK_SECRET: "Basic a-secret-of-the-test",
      NODE_OPTIONS: "",
    },
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await Promise.race([
    once(instance, "message"),
    once(instance, "exit").then(([code]) =>
      Promise.reject(new Error(`The instance ended at its start (${code})`)),
    ),
  ]);
  return instance;
}

function order(instance: ChildProcess, what: Order): void {
  instance.send(what, () => {});
}
