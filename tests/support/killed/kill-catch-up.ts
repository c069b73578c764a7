/**
 * A site that is far behind its org, whose instances are killed in the middle of catching up, over a log of which one request in ten
 * fails. At the end everything is counted.
 */
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { startOrg } from "../../okta/stand-in/start-org.ts";
import { startBlobs } from "../blobs.ts";
import { makeEvent } from "../deliveries.ts";
import { withClient } from "../postgres.ts";
import { order, startInstance } from "./kill-instances.ts";
import { randomFrom } from "./random.ts";

/** How far behind, and how often killed. */
export interface KilledCatchUp {
  readonly url: string;
  readonly triesFile: string;
  readonly seed: number;
  /** In the log; of every five one is handled. */
  readonly events: number;
  readonly kills: number;
  /** Kills happen within this time after the sweep began. */
  readonly withinMs: number;
  readonly pageSize: number;
}

/** What there is at the end. */
export interface CaughtUpAfterKills {
  readonly stored: number;
  /** Events of the log that are not in the store. */
  readonly missing: number;
  /** Events to be handled whose run is not completed. */
  readonly unhandled: number;
  /** Events that were tried again after their run was completed. */
  readonly handledAgain: number;
  /** Tries that died in the middle and came again. */
  readonly triedAgain: number;
  /** `fetched`: from the log, whether or not Okta has an hour left to deliver them. */
  readonly ledger: { readonly inLog: number; readonly fetched: number };
  readonly sweeps: number;
  readonly logRequests: number;
  readonly failedRequests: number;
  readonly tookMs: number;
}

const HOUR = 3_600_000;
const MINUTE = 60_000;
const HANDLED = "user.lifecycle.create";
const UNHANDLED = "user.account.lock";
/** No sweep takes longer: it has 30 s of Netlify's. */
const SWEEP_LIMIT_MS = 60_000;

export async function killCatchUp({
  url,
  triesFile,
  seed,
  events,
  kills,
  withinMs,
  pageSize,
}: KilledCatchUp): Promise<CaughtUpAfterKills> {
  const random = randomFrom(seed);
  const began = performance.now();
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const blobs = await startBlobs();
  await using org = await startOrg({
    serviceApp: {
      clientId: "0oaApp",
      publicKey: publicKey.export({ format: "jwk" }),
      scopes: ["okta.eventHooks.read", "okta.logs.read"],
    },
  });
  org.state.create({
    name: "New user event hook",
    events: { type: "EVENT_TYPE", items: [HANDLED, UNHANDLED] },
    channel: {
      type: "HTTP",
      version: "1.0.0",
      config: { uri: "https://site.example/okta-webhooks-endpoint" },
    },
  });
  const environment = {
    NETLIFY_BLOBS_CONTEXT: blobs.context,
    HANDLED_TYPE: HANDLED,
    OKTA_ORG_URL: org.url,
    OKTA_CLIENT_ID: "0oaApp",
    OKTA_PRIVATE_KEY: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
  let sweeps = 0;
  /** Sweeps once, until the end or until it is killed. */
  const sweep = async (killedAfterMs?: number) => {
    sweeps += 1;
    // As if an hour had gone by: nothing says that the log was just read.
    await blobs.lose("cache", "sweep");
    const { process: instance, ended } = await startInstance(url, triesFile, environment);
    const swept = once(instance, "message");
    order(instance, { sweep: true });
    await Promise.race([swept, setTimeout(killedAfterMs ?? SWEEP_LIMIT_MS), ended]);
    instance.kill("SIGKILL");
    await ended;
  };

  // Two hours ago, by the org's clock, catch-up was switched on; then events happened, and none was delivered.
  const now = Date.now();
  org.log.now = () => now - 2 * HOUR;
  await sweep();
  const uuids = Array.from({ length: events }, (_, index) => `event-${seed}-${index}`);
  for (const [index, uuid] of uuids.entries()) {
    const published = new Date(now - 2 * HOUR + MINUTE + Math.floor((index * 100 * MINUTE) / events));
    const eventType = index % 5 === 0 ? HANDLED : UNHANDLED;
    org.log.push(makeEvent(uuid, { published: published.toISOString(), eventType }));
  }
  org.log.now = () => Date.now();
  // Short pages: more places to be killed at, and more requests to fail.
  org.log.mostPerPage = pageSize;
  let logRequests = 0;
  let failedRequests = 0;
  const failing = random(10);
  org.failLog = () => {
    logRequests += 1;
    if (logRequests % 10 !== failing) return undefined;
    failedRequests += 1;
    const status = [500, 503, 429, 200][random(4)] ?? 500;
    return { status, body: status === 200 ? "<html>" : '{"errorCode":"E0000009"}' };
  };

  for (let kill = 0; kill < kills; kill += 1) await sweep(random(withinMs));
  // The hour goes by: what the killed had in hand counts as lost.
  for (let calm = 0; calm < 40; calm += 1) {
    await withClient(url, async (client) => {
      await client.query(
        "update deliveries set received_at = received_at - interval '1 hour' where queued_at is null",
      );
      await client.query(
        "update runs set started_at = started_at - interval '1 hour' where state = 'running'",
      );
    });
    await sweep();
    if ((await countOpen(url, events)) === 0) break;
  }
  await blobs.stop();
  const counted = await countAll(url, triesFile, uuids);
  return { ...counted, sweeps, logRequests, failedRequests, tookMs: Math.round(performance.now() - began) };
}

/** What is still to do: events to fetch, deliveries to queue, runs to finish. */
async function countOpen(url: string, events: number): Promise<number> {
  return await withClient(url, async (client) => {
    const { rows } = await client.query(
      `select ($1 - (select count(*) from events))
         + (select count(*) from deliveries where queued_at is null)
         + (select count(*) from runs where state <> 'done') as open`,
      [events],
    );
    return Number(rows[0].open);
  });
}

async function countAll(url: string, triesFile: string, uuids: readonly string[]) {
  const [stored, runs, hours] = await withClient(url, async (client) => [
    (await client.query<{ uuid: string; event_type: string }>("select uuid, event_type from events")).rows,
    (
      await client.query<{ uuid: string; completed_on: Date }>(
        "select event_uuid as uuid, ended_at as completed_on from runs where state = 'done'",
      )
    ).rows,
    (
      await client.query<{ in_log: string; fetched: string }>(
        "select sum(in_log) as in_log, sum(missed + fetched) as fetched from ledger_hours",
      )
    ).rows,
  ]);
  const here = new Set(stored.map(({ uuid }) => uuid));
  const completed = new Map(runs.map((run) => [run.uuid, run.completed_on.getTime()]));
  const tries = Map.groupBy(
    (await readFile(triesFile, "utf8"))
      .trim()
      .split("\n")
      .map((line): { uuid: string; at: number } => JSON.parse(line)),
    ({ uuid }) => uuid,
  );
  const handled = stored.filter(({ event_type: eventType }) => eventType === HANDLED);
  return {
    stored: here.size,
    missing: uuids.filter((uuid) => !here.has(uuid)).length,
    unhandled: handled.filter(({ uuid }) => !completed.has(uuid) || !tries.has(uuid)).length,
    handledAgain: [...tries].filter(([uuid, each]) => each.some(({ at }) => at > (completed.get(uuid) ?? 0)))
      .length,
    triedAgain: [...tries].filter(([uuid, each]) => each.length > (uuid.endsWith("7") ? 2 : 1)).length,
    ledger: { inLog: Number(hours[0]?.in_log ?? 0), fetched: Number(hours[0]?.fetched ?? 0) },
  };
}
