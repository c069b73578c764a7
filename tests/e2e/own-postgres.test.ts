/**
 * The functions as they are built, on Postgres servers of several kinds: migrated by the build, reached over TLS, killed under load.
 *
 * A pooler and an older Postgres do not come with the install (`apt-get install postgresql pgbouncer`). Without them this file tests what
 * needs none; the nightly stress run fails.
 */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { migrateDatabase } from "../../netlify/database/migrate-database.ts";
import { examinePostgres, migratePostgres } from "../../netlify/database/own-postgres.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import { readDatabaseSettings, userOfDeploy } from "../../netlify/settings/database-settings.ts";
import { debianPostgres, debianPrograms, startPooledPostgres } from "../support/debian-servers.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";
import { isStress } from "../support/is-stress.ts";
import { killInstances, order, startInstance } from "../support/killed/kill-instances.ts";
import { makeCertificate } from "../support/make-certificate.ts";
import { readPage } from "../support/pages.ts";
import { withClient } from "../support/postgres.ts";
import { startPostgresServer } from "../support/postgres-server.ts";
import { copyProject, type ProjectCopy } from "./support/project-copy.ts";
import { runProgram } from "./support/running-program.ts";

/** A failed run is repeated with its seed. */
const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1_000_000));
/** This machine, under an address that a deployed site is not refused. */
const HERE = "0.0.0.0";
const certificate = makeCertificate({ address: HERE });

let project: ProjectCopy;
let bundles: string;
let triesFolder: string;
beforeAll(async () => {
  project = await copyProject();
  bundles = join(project.directory, ".build");
  triesFolder = await mkdtemp(join(tmpdir(), "okta-event-hooks-own-postgres-"));
  expect(await runStep("bundle-functions.ts")).toMatchObject({ exitCode: 0 });
});
afterAll(async () => {
  await project.remove();
  await rm(triesFolder, { recursive: true });
});

/** Runs a step of the site's build. */
async function runStep(file: string, variables: Readonly<Record<string, string>> = {}) {
  const program = runProgram("node", [`netlify/build/${file}`], {
    directory: project.directory,
    environment: { ...project.environment, ...variables },
  });
  try {
    return { exitCode: await program.ended(120_000), output: program.output() };
  } finally {
    await program.stop();
  }
}

interface Server {
  readonly address: string;
  /** The address for the test itself, without a pooler. */
  readonly direct: string;
  stop(): Promise<void>;
}

const pooled = {
  name: `Postgres ${debianPostgres} through PgBouncer in transaction mode`,
  version: debianPostgres,
  isPooled: true,
  async start(): Promise<Server> {
    // Fewer connections than instances have statements: each statement may come to another session.
    const { pooled: address, direct, stop } = await startPooledPostgres({ certificate, poolSize: 2 });
    return { address, direct: `${direct}?sslmode=disable`, stop };
  },
};
const direct = {
  name: "Postgres 18",
  version: "18",
  isPooled: false,
  async start(): Promise<Server> {
    const server = await startPostgresServer({ certificate });
    const address = await server.createDatabase({ migrated: false });
    return { address, direct: address, stop: server.destroy };
  },
};

const hasPooler = debianPostgres !== undefined || isStress;

describe.each(hasPooler ? [direct, pooled] : [direct])(
  "on $name, over TLS,",
  ({ start, version, isPooled }) => {
    let server: Server;
    let variables: { readonly DATABASE_URL: string; readonly DATABASE_CA: string };
    beforeAll(async () => {
      server = await start();
      const address = new URL(server.address);
      address.hostname = HERE;
      variables = { DATABASE_URL: address.href, DATABASE_CA: certificate.certificate };
    });
    afterAll(() => server?.stop());

    test("a preview's build leaves it alone and warns, and the production build migrates it", async () => {
      expect(await runStep("migrate-postgres.ts", { ...variables, CONTEXT: "deploy-preview" })).toEqual({
        exitCode: 0,
        output:
          "DATABASE_URL can be read here, by whatever code a deploy of deploy-preview has: in Netlify, set it for production only.\n",
      });

      const [one, other] = await Promise.all([
        runStep("migrate-postgres.ts", { ...variables, CONTEXT: "production" }),
        runStep("migrate-postgres.ts", { ...variables, CONTEXT: "production" }),
      ]);

      expect([one.exitCode, other.exitCode]).toEqual([0, 0]);
      expect([one.output, other.output].sort()).toEqual([
        expect.stringContaining("DATABASE_URL: applied 20261201000000_baseline"),
        "DATABASE_URL: applied nothing, it is up to date\n",
      ]);
    });

    test("what it is and whether a pooler stands between is seen", async () => {
      const environment = (name: string) => (variables as Readonly<Record<string, string>>)[name];
      const settings = readDatabaseSettings(environment, userOfDeploy({ context: "production" }));
      if (settings === undefined) throw new Error("no address");

      const facts = await examinePostgres(settings);

      expect(facts.version.split(".")[0]).toBe(version);
      expect(facts).toMatchObject({ isPooled, migrations: { pending: [], unknown: [] } });
    });

    test("instances that are killed under load lose nothing", async () => {
      const triesFile = join(triesFolder, "tries.jsonl");
      const environment = { ...variables, BUNDLES: bundles };
      const sql = async (text: string) =>
        await withClient(server.direct, async (client) => (await client.query(text)).rows);
      // The clock of the runs goes sixty times as fast: a lease is over after two seconds, and a first retry is due at once.
      await sql(
        `create or replace function runs_now() returns timestamptz language sql stable as
         'select timestamptz ''2026-11-24'' + 60 * (now() - timestamptz ''2026-11-24'')'`,
      );
      const lane = (number: number) =>
        killInstances({
          url: "",
          triesFile,
          environment,
          seed: seed + number,
          kills: 4,
          deliveriesEach: 12,
          withinMs: 800,
        });

      const lanes = await Promise.all([lane(0), lane(1), lane(2)]);

      // Time goes by: what the killed had in hand counts as lost, and the sweep comes.
      await sql("update deliveries set received_at = received_at - interval '1 hour'");
      await sql("update runs set started_at = started_at - interval '1 hour' where state = 'running'");
      const { process: instance, ended } = await startInstance("", triesFile, environment);
      const swept = once(instance, "message");
      order(instance, { sweep: true });
      await swept;
      instance.kill("SIGKILL");
      await ended;

      const acknowledged = lanes.flatMap((each) => each.acknowledged);
      const statuses = JSON.stringify(lanes.map((each) => each.statuses));
      console.info(`seed ${seed}: ${acknowledged.length} events acknowledged, answers ${statuses}`);
      expect(acknowledged.length).toBeGreaterThan(0);
      expect(await sql("select id from deliveries where queued_at is null")).toEqual([]);
      expect(await sql("select event_uuid, state from runs where state <> 'done'")).toEqual([]);
      const done = new Set((await sql("select event_uuid from runs")).map((run) => run.event_uuid));
      const stored = (await sql("select uuid from events")).map(({ uuid }) => uuid);
      expect([...acknowledged, ...stored].filter((uuid) => !done.has(uuid))).toEqual([]);
    });
  },
);

test.each(hasPooler ? [pooled] : [])(
  "the page's commands for changing over bring every row along, and the next delivery is recorded: $name",
  async ({ start }) => {
    const server = await start();
    onTestFinished(server.stop);
    const create = async (name: string) => {
      await withClient(server.direct, (client) => client.query(`create database ${name}`));
      return new URL(`/${name}?sslmode=disable`, server.direct).href;
    };
    const [old, own] = [await create("old"), await create("own")];
    await migrateDatabase(old);
    await withClient(old, (client) =>
      client.query("insert into handlers (name, paused_at) values ('greet-new-user', now())"),
    );
    expect(await record(old, "event-1")).toMatchObject({ outcome: "recorded", newUuids: ["event-1"] });
    const settings = readDatabaseSettings((name) => (name === "DATABASE_URL" ? own : undefined), {
      production: true,
      deployed: false,
    });
    if (settings === undefined) throw new Error("no address");
    await migratePostgres(settings);

    const [, commands = ""] = /```sh\n( *pg_dump [^`]+)```/.exec(readPage("netlify/deploying.md")) ?? [];
    const program = runProgram("sh", ["-ec", commands], {
      directory: triesFolder,
      environment: { PATH: `${debianPrograms}:${process.env.PATH}`, OLD: old, NEW: own },
    });
    const exitCode = await program.ended(60_000);
    await program.stop();

    expect({ exitCode, output: program.output() }).toMatchObject({ exitCode: 0 });
    const rowsOf = (url: string) =>
      withClient(url, async (client) => [
        (await client.query("select * from deliveries")).rows,
        (await client.query("select * from events")).rows,
        (await client.query("select * from handlers")).rows,
      ]);
    expect(await rowsOf(own)).toEqual(await rowsOf(old));
    expect(await record(own, "event-1", "event-2")).toMatchObject({
      newUuids: ["event-2"],
      duplicateUuids: ["event-1"],
    });
  },
);

async function record(url: string, ...uuids: readonly string[]) {
  const database = await openNetlifyDatabase({ connectionString: url });
  try {
    const delivery = makeDelivery(uuids.map((uuid) => makeEvent(uuid)));
    return await recordDelivery(database, delivery, { timeoutMs: 5_000 });
  } finally {
    await database.close();
  }
}
