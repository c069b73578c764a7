/** Runs `netlify dev`, and starts it again whenever it ends by itself. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { isDatabaseLocked, removeStaleMark } from "../../dev/database-lock.ts";
import { whenOrphaned } from "../../dev/when-orphaned.ts";
import { explainEnd, explainNoStart, isErrorLine } from "./explain-end.ts";

const NETLIFY = createRequire(import.meta.url).resolve("netlify-cli/bin/run.js");
const UNDER_NPM_START = new URL("../../dev/under-npm-start.ts", import.meta.url).href;
/** A server that ends this soon after it was ready is not started again at once: it would end again. */
const MIN_LIFE_MS = 10_000;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 8_000;
/** A `netlify dev` that ends lets go of its database within moments; one whose `npm start` was killed takes some seconds. */
const MAX_RELEASE_MS = 20_000;
const RELEASE_CHECK_MS = 200;

/** What the one who supervises is told, and how the output is shown. */
export interface SupervisorOptions {
  /** Options of `netlify dev`. */
  readonly options: readonly string[];
  /** Gets each line of `netlify dev`. */
  readonly onLine: (line: string, stream: "out" | "error") => void;
  /** The endpoint is served at this address. `again`: it was before. */
  readonly onReady: (site: string, again: boolean) => void;
  /** Takes what there is to say of its ends. */
  readonly say: (text: string) => void;
}

/**
 * Runs until somebody stops it.
 * @returns the exit code: 0 when it was stopped, another when the first start failed; why has been said
 */
export function supervise({ options, onLine, onReady, say }: SupervisorOptions): Promise<number> {
  let stopping = false;
  let wasReady = false;
  let waitMs = 0;
  let stopChild: (signal: NodeJS.Signals) => void = () => undefined;
  let endWait: () => void = () => undefined;
  const stop = (signal: NodeJS.Signals) => {
    stopping = true;
    stopChild(signal);
    endWait();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  whenOrphaned(() => stop("SIGTERM"));

  /** Runs it once. @returns what became of it; undefined: it was stopped. */
  const run = () =>
    new Promise<{
      code: number | null;
      errorLine: string | undefined;
      lastLine: string;
      livedMs: number | undefined;
    }>((resolve) => {
      // DEP0060 is a dependency's own affair; nobody who starts us can mend it.
      const flags = ["--disable-warning=DEP0060", "--import", UNDER_NPM_START];
      const child = spawn(process.execPath, [...flags, NETLIFY, "dev", ...options], {
        // The channel ends with us, and `netlify dev` with the channel.
        stdio: ["inherit", "pipe", "pipe", "ipc"],
        env: {
          ...process.env,
          FORCE_COLOR: process.stdout.isTTY && !process.env.NO_COLOR ? "1" : "0",
          NPM_START_PID: String(process.pid),
        },
      });
      stopChild = (signal) => void child.kill(signal);
      let readyAtMs: number | undefined;
      let errorLine: string | undefined;
      let lastLine = "";
      let address: string | undefined;
      let isLoaded = false;
      // Said in whichever order: calls reach the endpoint from then on.
      const findReady = (line: string) => {
        const text = stripVTControlCharacters(line);
        address ??= /dev server ready: (https?:\/\/\S+)/i.exec(text)?.[1];
        isLoaded ||= /Loaded function okta-webhooks-endpoint/i.test(text);
        if (readyAtMs !== undefined || address === undefined || !isLoaded) return;
        readyAtMs = performance.now();
        onReady(address, wasReady);
        wasReady = true;
      };
      const watch = (stream: Readable, name: "out" | "error") =>
        createInterface({ input: stream }).on("line", (line) => {
          if (isErrorLine(line)) errorLine = line.trim();
          if (line.trim() !== "") lastLine = line;
          findReady(line);
          onLine(line, name);
        });
      if (child.stdout) watch(child.stdout, "out");
      if (child.stderr) watch(child.stderr, "error");
      child.on("error", (error) => {
        errorLine = String(error); // "close" follows.
      });
      child.on("close", (code) => {
        stopChild = () => undefined;
        const livedMs = readyAtMs === undefined ? undefined : performance.now() - readyAtMs;
        resolve({ code, errorLine, lastLine, livedMs });
      });
    });

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const keepRunning = async () => {
    for (;;) {
      for (let waitedMs = 0; isDatabaseLocked() && !stopping; waitedMs += RELEASE_CHECK_MS) {
        if (waitedMs >= MAX_RELEASE_MS) {
          say("Another netlify dev has this folder's database open. End it first.");
          return 1;
        }
        await pause(RELEASE_CHECK_MS);
      }
      if (stopping) return 0;
      removeStaleMark();
      const { code, errorLine, lastLine, livedMs } = await run();
      if (stopping) return 0;
      if (livedMs === undefined) {
        say(`\nnetlify dev did not start. ${explainNoStart(lastLine, errorLine)}`);
        if (!wasReady) return code || 1;
      } else {
        say(`\nnetlify dev ended by itself: ${explainEnd(errorLine)}`);
      }
      const livedLong = livedMs !== undefined && livedMs >= MIN_LIFE_MS;
      waitMs = livedLong ? 0 : Math.min(Math.max(2 * waitMs, FIRST_WAIT_MS), MAX_WAIT_MS);
      say("Starting it again.\n");
      await pause(waitMs);
      if (stopping) return 0;
    }
  };
  return keepRunning();
}
