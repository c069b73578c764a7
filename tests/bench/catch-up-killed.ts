/**
 * As `tests/postgres/catch-up/kills.test.ts`, with ten times the events: too long for every change.
 * `node tests/bench/catch-up-killed.ts [events] [kills]`
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killCatchUp } from "../support/killed/kill-catch-up.ts";
import { startPostgresServer } from "../support/postgres-server.ts";

const [events = 50_000, kills = 60] = process.argv.slice(2).map(Number);
const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1_000_000));
const postgres = await startPostgresServer();
const folder = await mkdtemp(join(tmpdir(), "okta-event-hooks-kills-"));
console.info(`seed ${seed}: ${events} events behind, ${kills} kills`);
try {
  const result = await killCatchUp({
    url: await postgres.createDatabase(),
    triesFile: join(folder, "tries.jsonl"),
    seed,
    events,
    kills,
    withinMs: 4_000,
    pageSize: 1_000,
  });
  console.info(JSON.stringify(result, null, 2));
  const { missing, unhandled, handledAgain, ledger } = result;
  if (missing + unhandled + handledAgain > 0 || ledger.inLog !== events) process.exitCode = 1;
} finally {
  await postgres.destroy();
  await rm(folder, { recursive: true });
}
