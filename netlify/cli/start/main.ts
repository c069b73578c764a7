/**
 * `npm start`: runs `netlify dev`, says where the endpoint is and what to type next, and starts it again when it ends by
 * itself (it does on a body over 6 MB, or on one that breaks off half-way, before our code sees anything).
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { parseEnv } from "node:util";
import {
  type Environment,
  readHookSettings,
  readInspectorSettings,
  readLogPayloads,
  readRetentionDays,
  SettingsError,
} from "../../config.ts";
import { stopAtSwallowedFlags } from "../stop-at-swallowed-flags.ts";
import { whenOrphaned } from "../when-orphaned.ts";
import { banner } from "./banner.ts";
import { explainEnd, explainNoStart, isErrorLine } from "./explain-end.ts";
import { leaveOutPolling } from "./leave-out-polling.ts";
import { readDevOutput } from "./read-dev-output.ts";

/** A server that dies this soon after it was ready will not live longer next time. */
const MIN_LIFE_MS = 10_000;
const MAX_SHORT_LIVES = 3;

const NETLIFY = createRequire(import.meta.url).resolve("netlify-cli/bin/run.js");
/** Of the flags of `netlify dev`, those that npm has no use of its own for. */
const FLAGS = [
  { long: "--port", value: "<number>" },
  { long: "--live", value: undefined },
  { long: "--debug", value: undefined },
];
const passedOn = process.argv.slice(2);
let stopping = false;
let shortLives = 0;

/** `netlify dev` reads `.env` by itself, and would take what it finds in our environment for another source. */
const dotEnv = existsSync(".env") ? parseEnv(readFileSync(".env", "utf8")) : {};
const environment: Environment = (name) => process.env[name] ?? dotEnv[name];
if (!stopAtSwallowedFlags("npm start", passedOn, FLAGS)) {
  checkSettings();
  run();
}

/** Wrong settings are said before anything starts, all of them at once. */
function checkSettings(): void {
  const problems = [readHookSettings, readLogPayloads, readRetentionDays, readInspectorSettings].flatMap(
    (read) => {
      try {
        read(environment);
        return [];
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error;
        return [error.message];
      }
    },
  );
  if (problems.length === 0) return;
  console.error(`The settings cannot be used: ${problems.join("; ")}. See .env.example.`);
  process.exit(1);
}

function run(): void {
  // DEP0060 is a dependency's own affair; nobody who starts us can mend it.
  const child = spawn(process.execPath, ["--disable-warning=DEP0060", NETLIFY, "dev", ...passedOn], {
    stdio: ["inherit", "pipe", "pipe"],
    env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" },
  });
  const stop = (signal: NodeJS.Signals) => {
    stopping = true;
    child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, stop);
  const endWatch = whenOrphaned(() => stop("SIGTERM"));

  let readyAtMs: number | undefined;
  let errorLine: string | undefined;
  let lastWords = "";
  const output = readDevOutput((address) => {
    readyAtMs = performance.now();
    console.log(banner(address, environment));
  });
  const isToldOf = leaveOutPolling();
  const watch = (stream: Readable, print: (line: string) => void) =>
    createInterface({ input: stream }).on("line", (line) => {
      if (isToldOf(line)) print(line);
      if (isErrorLine(line)) errorLine = line.trim();
      if (line.trim() !== "") lastWords = line;
      output(line);
    });
  watch(child.stdout, (line) => console.log(line));
  watch(child.stderr, (line) => console.error(line));

  child.on("close", (code) => {
    for (const signal of signals) process.off(signal, stop);
    endWatch();
    if (stopping) process.exit(0);
    if (readyAtMs === undefined) {
      console.error(`\nnetlify dev did not start (exit code ${code}). ${explainNoStart(lastWords)}`);
      process.exit(code || 1);
    }
    shortLives = performance.now() - readyAtMs < MIN_LIFE_MS ? shortLives + 1 : 0;
    console.error(`\nnetlify dev ended by itself: ${explainEnd(errorLine)}`);
    if (shortLives >= MAX_SHORT_LIVES) {
      console.error(`It did so ${MAX_SHORT_LIVES} times in a row, soon after it was ready. Giving up.`);
      process.exit(1);
    }
    console.error("Starting it again.\n");
    run();
  });
}
