/** Instances in processes of their own, of which one freezes in the middle of a call, and others are killed and replaced. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import type { News, Order } from "./instance.ts";

/** What all instances share. */
export interface Site {
  readonly databaseUrl: string;
  /** Where calls are written. */
  readonly callsFile: string;
  /** When the runs' clock began, in milliseconds since 1970, and how much faster it goes. */
  readonly clockBase: number;
  readonly clockFactor: number;
  readonly onAnswered: (order: Order) => void;
  /** Its process was killed before it answered: it comes again, as from Okta. */
  readonly onUnanswered: (order: Order) => void;
}

/** An instance. */
interface Instance {
  readonly process: ChildProcess;
  readonly orders: Map<number, Order>;
  readonly unanswered: Set<number>;
  isFrozen: boolean;
}

/** Orders at a time, as a warm instance has several calls. */
const MAX_ORDERS = 3;
/** By the runs' clock: longer than a lease. */
const FREEZE_MS = 180_000;

/** The instances that are there, and what became of others. */
export class InstancePool {
  readonly #site: Site;
  readonly #instances = new Set<Instance>();
  #orderCount = 0;
  /** When the processes that were killed had ended, by their number. */
  readonly ended = new Map<number, number>();
  /** Why work stopped early. */
  readonly interrupted: string[] = [];

  constructor(site: Site) {
    this.#site = site;
  }

  /** Starts an instance, and waits until it is loaded. */
  async start(): Promise<void> {
    const { databaseUrl, callsFile, clockBase, clockFactor } = this.#site;
    const child = fork(new URL("./instance.ts", import.meta.url), {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        CALLS_FILE: callsFile,
        CLOCK_BASE: String(clockBase),
        CLOCK_FACTOR: String(clockFactor),
        NODE_OPTIONS: "",
      },
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const instance: Instance = { process: child, orders: new Map(), unanswered: new Set(), isFrozen: false };
    const said: string[] = [];
    child.stderr?.on("data", (chunk) => said.push(String(chunk)));
    child.on("message", (news: News) => this.#hear(instance, news));
    child.on("exit", (_, signal) => {
      this.ended.set(child.pid ?? 0, Date.now());
      if (signal !== "SIGKILL") this.interrupted.push(`An instance ended by itself: ${said.join("")}`);
      this.#instances.delete(instance);
      for (const id of instance.unanswered) {
        const order = instance.orders.get(id);
        if (order) this.#site.onUnanswered(order);
      }
    });
    await Promise.race([once(child, "message"), once(child, "exit")]);
    if (child.exitCode === null) this.#instances.add(instance);
  }

  /** Gives an order to the instance that has the least to do. @returns false: all are busy */
  give(order: Order): boolean {
    const [instance] = this.#awake().sort((one, other) => one.orders.size - other.orders.size);
    if (instance === undefined || instance.orders.size >= MAX_ORDERS) return false;
    this.#send(instance, order);
    return true;
  }

  /** Lets each instance sweep that has nothing else to do. */
  sweep(): void {
    for (const instance of this.#awake())
      if (instance.orders.size === 0) this.#send(instance, { sweep: true });
  }

  /** Kills an instance, and starts another one. @param choose gives a number below the one that it gets */
  async kill(choose: (below: number) => number): Promise<void> {
    const awake = this.#awake();
    const victim = awake[choose(awake.length)];
    if (victim === undefined) return;
    const exited = once(victim.process, "exit");
    victim.process.kill("SIGKILL");
    await exited;
    await this.start();
  }

  get hasFrozenOne(): boolean {
    return [...this.#instances].some(({ isFrozen }) => isFrozen);
  }

  /** Kills all of them. */
  end(): void {
    for (const { process } of this.#instances) process.kill("SIGKILL");
  }

  #awake(): Instance[] {
    return [...this.#instances].filter(({ isFrozen }) => !isFrozen);
  }

  #send(instance: Instance, order: Order): void {
    this.#orderCount += 1;
    instance.orders.set(this.#orderCount, order);
    if ("deliver" in order) instance.unanswered.add(this.#orderCount);
    // One that has just ended answers nothing.
    instance.process.send({ ...order, id: this.#orderCount }, () => {});
  }

  #hear(instance: Instance, news: News): void {
    if ("freezing" in news) void this.#thaw(instance);
    if ("answered" in news) {
      const order = instance.orders.get(news.answered);
      instance.unanswered.delete(news.answered);
      if (order) this.#site.onAnswered(order);
    }
    if ("finished" in news) {
      instance.orders.delete(news.finished);
      this.interrupted.push(...news.interrupted);
    }
  }

  async #thaw(instance: Instance): Promise<void> {
    instance.isFrozen = true;
    await setTimeout(FREEZE_MS / this.#site.clockFactor);
    instance.process.kill("SIGCONT");
    instance.isFrozen = false;
  }
}
