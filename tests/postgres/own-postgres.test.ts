/** A Postgres of one's own: which deploy uses which, how it is reached, and what is said of one that cannot be used. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { checkPostgres } from "../../netlify/cli/doctor/check-postgres.ts";
import { examinePostgres, migratePostgres } from "../../netlify/database/own-postgres.ts";
import { openPostgres } from "../../netlify/events/database/postgres.ts";
import { recordDelivery } from "../../netlify/events/record/record-delivery.ts";
import { openWork } from "../../netlify/events/work/open-work.ts";
import { queueEvents } from "../../netlify/events/work/queue-events.ts";
import { defineHandler } from "../../netlify/handler-kit/define-handler.ts";
import { readDatabaseSettings, userOfDeploy } from "../../netlify/settings/database-settings.ts";
import { callDeploy } from "../support/call-deploy.ts";
import { makeDelivery, makeEvent } from "../support/deliveries.ts";
import { type MadeCertificate, makeCertificate } from "../support/make-certificate.ts";
import { withClient } from "../support/postgres.ts";
import { type PostgresServer, startPostgresServer } from "../support/postgres-server.ts";
import { typeHook } from "../support/type-hook.ts";

/** This machine, under an address that a deployed site is not refused. */
const HERE = "0.0.0.0";
const limit = { timeoutMs: 5_000 };

let server: PostgresServer;
let made: MadeCertificate;
let template: string;

beforeAll(async () => {
  made = makeCertificate({ address: HERE });
  server = await startPostgresServer({ certificate: made });
  template = await server.createDatabase({ migrated: false });
  await migratePostgres(settingsOf(deployedAddress(template)));
});
afterAll(() => server.destroy());

/** The address of a database as a deployed site has it. */
function deployedAddress(url: string, change: (address: URL) => void = () => {}): string {
  const address = new URL(url);
  address.hostname = HERE;
  change(address);
  return address.href;
}

/** What a production deploy makes of an address. */
function settingsOf(address: string, ca: string | null = made.certificate) {
  const values: Record<string, string> = { DATABASE_URL: address, DATABASE_CA: ca ?? "" };
  const settings = readDatabaseSettings((name) => values[name], userOfDeploy({ context: "production" }));
  if (settings === undefined) throw new Error("no address");
  return settings;
}

/** A copy of the first one that was migrated. */
async function createMigrated(): Promise<string> {
  const url = new URL(`own_${randomUUID().replaceAll("-", "")}`, template).href;
  await withClient(server.url, (client) =>
    client.query(`create database ${nameOf(url)} template ${nameOf(template)}`),
  );
  return url;
}

const nameOf = (url: string) => new URL(url).pathname.slice(1);

/** One statement on a connection of its own. */
async function ask(address: string, ca?: string | null): Promise<unknown> {
  const database = await openPostgres(settingsOf(address, ca));
  onTestFinished(() => database.close());
  const { rows } = await database.query(
    "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
    [],
    limit,
  );
  return rows;
}

/** Every row of every table. */
async function contentOf(url: string) {
  return await withClient(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public' order by 1",
    );
    const rows: Record<string, unknown> = {};
    for (const { name } of tables) {
      rows[name] = (await client.query(`select each::text as row from ${name} as each order by 1`)).rows;
    }
    return rows;
  });
}

/** Leaves production an event that is due to be run. */
async function leaveDueRun(url: string): Promise<void> {
  const database = await openPostgres(settingsOf(deployedAddress(url)));
  const on = "user.lifecycle.create";
  const greet = defineHandler({ name: "greet-new-user", on, handle: () => {} });
  const recorded = await recordDelivery(database, makeDelivery([makeEvent("of-production")]), limit);
  if (recorded.outcome !== "recorded") throw recorded.cause;
  const work = openWork(database, [greet], { environment: () => undefined, report: () => {} });
  await queueEvents(work, { deliveryId: recorded.deliveryId });
  await database.close();
}

const countEvents = (url: string) =>
  withClient(url, async (client) => (await client.query("select count(*)::int as n from events")).rows[0].n);
const runsOf = (url: string) =>
  withClient(
    url,
    async (client) => (await client.query("select event_uuid as uuid, state from runs order by 1")).rows,
  );

describe("with DATABASE_URL and DATABASE_URL_DEV set", () => {
  async function bothSet() {
    const [production, dev, netlify] = [
      await createMigrated(),
      await createMigrated(),
      await server.createDatabase(),
    ];
    await leaveDueRun(production);
    const environment = {
      DATABASE_URL: deployedAddress(production),
      DATABASE_URL_DEV: deployedAddress(dev),
      DATABASE_CA: made.certificate,
      NETLIFY_DB_URL: netlify,
    };
    return { production, dev, netlify, environment };
  }

  it("the published production deploy records to DATABASE_URL, and runs what is due there", async () => {
    const { production, dev, netlify, environment } = await bothSet();
    const deploy = callDeploy({ context: "production", published: true }, environment);

    expect(await deploy.deliver("new")).toBe(204);
    expect(await deploy.sweep()).toMatchObject({ outcome: "swept" });

    expect(await runsOf(production)).toEqual([
      { uuid: "new", state: "done" },
      { uuid: "of-production", state: "done" },
    ]);
    expect([await countEvents(dev), await countEvents(netlify)]).toEqual([0, 0]);
  });

  it("an old production deploy records to DATABASE_URL, and runs nothing", async () => {
    const { production, environment } = await bothSet();
    const deploy = callDeploy({ context: "production", published: false }, environment);

    expect(await deploy.deliver("new")).toBe(204);
    expect(await deploy.sweep()).toMatchObject({ outcome: "not-here" });

    expect(await countEvents(production)).toBe(2);
    expect(await runsOf(production)).toEqual([{ uuid: "of-production", state: "waiting" }]);
  });

  it.each(["deploy-preview", "branch-deploy", "dev"])(
    "a deploy of %s uses DATABASE_URL_DEV, and touches no row or run of production",
    async (context) => {
      const { production, dev, netlify, environment } = await bothSet();
      const before = await contentOf(production);
      const deploy = callDeploy({ context, published: true }, environment);

      expect(await deploy.deliver("new")).toBe(204);
      await deploy.sweep();
      const listed = await deploy.api("events");

      expect(listed).toContain('"new"');
      expect(listed).not.toContain("of-production");
      expect(await contentOf(production)).toEqual(before);
      expect(await countEvents(dev)).toBe(1);
      expect(await countEvents(netlify)).toBe(0);
    },
  );

  it.each(["deploy-preview", "branch-deploy", "dev"])(
    "a deploy of %s uses Netlify Database where DATABASE_URL_DEV is not set",
    async (context) => {
      const { production, netlify, environment } = await bothSet();
      const { DATABASE_URL_DEV: _, ...withoutDev } = environment;
      const before = await contentOf(production);
      const deploy = callDeploy({ context, published: true }, withoutDev);

      expect(await deploy.deliver("new")).toBe(204);
      await deploy.sweep();

      expect(await countEvents(netlify)).toBe(1);
      expect(await contentOf(production)).toEqual(before);
    },
  );

  it("what the sweep left in Blobs of one database counts for nothing with another", async () => {
    const { dev, environment } = await bothSet();
    const published = { context: "production", published: true };
    const deploy = callDeploy(published, environment);
    expect(await deploy.sweep()).toMatchObject({ outcome: "swept" });
    expect(await deploy.sweep()).toEqual({ outcome: "asleep" });

    await leaveDueRun(dev);
    const moved = { ...environment, DATABASE_URL: environment.DATABASE_URL_DEV };

    expect(await callDeploy(published, moved).sweep()).toMatchObject({ outcome: "swept" });
    expect(await runsOf(dev)).toEqual([{ uuid: "of-production", state: "done" }]);
  });
});

describe("the connection", () => {
  it("is encrypted, and the server's certificate is checked", async () => {
    expect(await ask(deployedAddress(server.url))).toEqual([{ ssl: true }]);
  });

  it("is refused where the certificate's issuer is unknown", async () => {
    const other = makeCertificate({ address: HERE }).certificate;

    for (const ca of [null, other]) {
      await expect(ask(deployedAddress(server.url), ca)).rejects.toThrow(
        /^DATABASE_URL: its server's certificate is of an issuer that is not known here; set DATABASE_CA/,
      );
    }
  });

  it("is refused where the certificate is for another host, unless sslmode is verify-ca", async () => {
    // Another name of this machine, which is not in the certificate.
    const elsewhere = (sslmode: string) =>
      deployedAddress(server.url, (address) => {
        address.hostname = "127.1";
        address.searchParams.set("sslmode", sslmode);
      });

    await expect(ask(elsewhere("verify-full"))).rejects.toThrow(
      /^DATABASE_URL: its server's certificate is for another host/,
    );
    expect(await ask(elsewhere("verify-ca"))).toEqual([{ ssl: true }]);
  });

  it("is refused where the certificate has expired", async () => {
    const expired = makeCertificate({ address: HERE, expiresAt: new Date("2026-01-01T00:00:00Z") });
    const old = await startPostgresServer({ certificate: expired });
    onTestFinished(() => old.destroy());

    await expect(ask(deployedAddress(old.url), expired.certificate)).rejects.toThrow(
      /^DATABASE_URL: its server's certificate has expired; renew/,
    );
    const unchecked = deployedAddress(old.url, (address) => address.searchParams.set("sslmode", "no-verify"));
    expect(await ask(unchecked)).toEqual([{ ssl: true }]);
  });

  it("needs a server that speaks TLS, unless sslmode is disable", async () => {
    const plain = process.env.TEST_POSTGRES_URL ?? "";

    await expect(ask(deployedAddress(plain))).rejects.toThrow(
      /^DATABASE_URL: its server does not speak TLS; switch TLS on there/,
    );
    const disabled = deployedAddress(plain, (address) => address.searchParams.set("sslmode", "disable"));
    expect(await ask(disabled)).toEqual([{ ssl: false }]);
  });

  it("is one, for statements that come at once too", async () => {
    const url = await server.createDatabase();
    const database = await openPostgres(settingsOf(deployedAddress(url)));
    onTestFinished(() => database.close());
    const count = "select count(*)::int as n from pg_stat_activity where datname = current_database()";

    const counts = await Promise.all(Array.from({ length: 10 }, () => database.query(count, [], limit)));

    expect(counts.flatMap(({ rows }) => rows)).toEqual(Array(10).fill({ n: 1 }));
  });

  it("is made anew after the instance was frozen", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const database = await openPostgres(settingsOf(deployedAddress(server.url)));
    onTestFinished(() => database.close());
    const pid = async () =>
      (await database.query<{ pid: number }>("select pg_backend_pid() as pid", [], limit)).rows[0]?.pid;

    const [first, atOnce] = [await pid(), await pid()];
    vi.setSystemTime(Date.now() + 60_000);
    const later = await pid();

    expect(atOnce).toBe(first);
    expect(later).not.toBe(first);
  });
});

describe("a Postgres that cannot be used is one sentence, without a value of the address:", () => {
  it.each([
    ["a wrong password", { password: "4711" }, "its server refuses the user or the password"],
    ["a password that is missing", { password: "" }, "its server refuses the user or the password"],
    ["another name", { pathname: "/none-4711" }, "its server has no such database"],
    ["nobody who listens", { port: "1" }, "its server does not answer"],
    ["a host that is none", { hostname: "none-4711.invalid" }, "its host is unknown"],
  ])("%s", async (_, changes, problem) => {
    const address = deployedAddress(server.url, (each) => void Object.assign(each, changes));
    const failure = await ask(address).catch(String);

    expect(failure).toContain(`DATABASE_URL: ${problem}`);
    expect(failure).not.toContain("4711");
    expect(failure).not.toContain(HERE);
  });

  it("a host that never answers costs a delivery 2.4 s, and then it is answered 503", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const DATABASE_URL = `postgres://u:4711@${HERE}:${port}/db`;
    const deploy = callDeploy({ context: "production", published: true }, { DATABASE_URL });

    const startedAt = performance.now();
    expect(await deploy.deliver("new")).toBe(503);

    expect(performance.now() - startedAt).toBeGreaterThan(2_300);
    expect(deploy.printed()).toContain("DATABASE_URL: its server did not answer in time");
    expect(deploy.printed()).not.toContain("4711");
  });

  it("an address that cannot be read is named in the log, and a delivery is answered 503", async () => {
    const deploy = callDeploy(
      { context: "production", published: true },
      { DATABASE_URL: "mysql://u:4711@h/db" },
    );

    expect(await deploy.deliver("new")).toBe(503);

    expect(deploy.printed()).toContain("DATABASE_URL must be the address of a Postgres");
    expect(deploy.printed()).not.toContain("4711");
  });

  it("one that is read-only", async () => {
    const url = await createMigrated();
    await withClient(url, (client) =>
      client.query(`alter database ${nameOf(url)} set default_transaction_read_only = on`),
    );
    const settings = settingsOf(deployedAddress(url));
    const database = await openPostgres(settings);
    onTestFinished(() => database.close());

    const problem = /^DATABASE_URL: it is read-only; take the address of the primary/;
    const recorded = await recordDelivery(database, makeDelivery([makeEvent("new")]), limit);
    expect(recorded).toMatchObject({
      outcome: "unavailable",
      cause: { message: expect.stringMatching(problem) },
    });
    await expect(examinePostgres(settings)).rejects.toThrow(problem);
  });

  it("one that is older than 15", async () => {
    // Nobody has one here: this one says that it is.
    const url = await server.createDatabase({ migrated: false });
    await withClient(url, (client) =>
      client.query(
        `create function public.current_setting(text) returns text language sql as
           $$ select case $1 when 'server_version' then '14.9' else pg_catalog.current_setting($1) end $$;
         alter database ${nameOf(url)} set search_path = public, pg_catalog`,
      ),
    );

    await expect(migratePostgres(settingsOf(deployedAddress(url)))).rejects.toThrow(
      /^DATABASE_URL: its server is Postgres 14.9; take 15 or newer/,
    );
  });
});

describe("migrating", () => {
  it("needs no right but to create tables in one schema, and makes everything there", async () => {
    const url = await server.createDatabase({ migrated: false });
    const name = nameOf(url);
    await withClient(url, (client) =>
      client.query(
        `create role hooks_${name} login password 'hooks';
         revoke all on database ${name} from public;
         grant connect on database ${name} to hooks_${name};
         create schema hooks authorization hooks_${name};
         alter role hooks_${name} set search_path = hooks`,
      ),
    );
    onTestFinished(() =>
      withClient(url, async (client) => {
        await client.query(`drop owned by hooks_${name}; drop role hooks_${name}`);
      }),
    );
    const address = deployedAddress(url, (each) => {
      each.username = `hooks_${name}`;
      each.password = "hooks";
    });

    await migratePostgres(settingsOf(address));
    const deploy = callDeploy(
      { context: "production", published: true },
      { DATABASE_URL: address, DATABASE_CA: made.certificate },
    );

    expect(await deploy.deliver("new")).toBe(204);
    await withClient(url, async (client) => {
      const { rows } = await client.query(
        `select distinct table_schema as schema from information_schema.tables
         where table_schema not in ('pg_catalog', 'information_schema')`,
      );
      expect(rows).toEqual([{ schema: "hooks" }]);
      expect((await client.query("select event_uuid, state from hooks.runs")).rows).toEqual([
        { event_uuid: "new", state: "done" },
      ]);
    });
  });

  it("two at once apply each migration once", async () => {
    const settings = settingsOf(deployedAddress(await server.createDatabase({ migrated: false })));

    const applied = await Promise.all([migratePostgres(settings), migratePostgres(settings)]);

    const { migrations } = await examinePostgres(settings);
    expect(applied.toSorted((a, b) => a.length - b.length)).toEqual([[], migrations.applied]);
    expect(migrations).toMatchObject({ pending: [], unknown: [] });
    expect(migrations.applied).toContain("20261201000000_baseline");
  });

  it("refuses a database that is newer than the code, and leaves it as it is", async () => {
    const url = await createMigrated();
    await withClient(url, (client) =>
      client.query("insert into hook_migrations (name) values ('29990101000000_later')"),
    );
    const before = await contentOf(url);
    const settings = settingsOf(deployedAddress(url));

    await expect(migratePostgres(settings)).rejects.toThrow(
      "DATABASE_URL: it was migrated by newer code, with 29990101000000_later; take that code, or code that follows it",
    );

    expect(await contentOf(url)).toEqual(before);
  });

  it("says what to grant where the user may not create tables", async () => {
    const url = await server.createDatabase({ migrated: false });
    const name = nameOf(url);
    await withClient(url, (client) => client.query(`create role reader_${name} login password 'reader'`));
    onTestFinished(() =>
      withClient(url, async (client) => void (await client.query(`drop role reader_${name}`))),
    );
    const address = deployedAddress(url, (each) => {
      each.username = `reader_${name}`;
      each.password = "reader";
    });

    await expect(migratePostgres(settingsOf(address))).rejects.toThrow(
      /^DATABASE_URL: its user may not create tables, or not use them; give the user a schema: create schema/,
    );
  });

  it("takes no database with such tables that it did not make", async () => {
    const url = await server.createDatabase({ migrated: false });
    await withClient(url, (client) => client.query("create table deliveries (id int)"));

    await expect(migratePostgres(settingsOf(deployedAddress(url)))).rejects.toThrow(
      /^DATABASE_URL: it has tables of these names/,
    );
    await withClient(url, async (client) => {
      expect((await client.query("select to_regclass('hook_migrations') as made")).rows).toEqual([
        { made: null },
      ]);
    });
  });
});

describe("a look at it", () => {
  it("tells version, latency, connections and that nothing stands between", async () => {
    const facts = await examinePostgres(settingsOf(deployedAddress(await createMigrated())));

    expect(facts).toMatchObject({ version: expect.stringMatching(/^18\./), isPooled: false });
    expect(facts.latencyMs).toBeGreaterThan(0);
    expect(facts.connections.inUse).toBeGreaterThan(0);
    expect(facts.connections.max).toBe(100);
  });
});

describe("the commands", () => {
  const production = async (migrated: boolean) => {
    const url = migrated ? await createMigrated() : await server.createDatabase({ migrated: false });
    return { DATABASE_URL: deployedAddress(url), DATABASE_CA: made.certificate };
  };

  it("`database migrate` and `database status` use DATABASE_URL where they are told --database", async () => {
    const environment = await production(false);

    const before = await typeHook(["database", "status", "--database"], { environment });
    const migrated = await typeHook(["database", "migrate", "--database", "--json"], { environment });
    const after = await typeHook(["database", "status", "--database"], { environment });

    expect(before.out).toContain("not applied yet: 20261201000000_baseline");
    expect(before.out).toContain("-> npm run hook -- database migrate --database");
    expect(before.code).toBe(1);
    expect(JSON.parse(migrated.out).applied).toContain("20261201000000_baseline");
    expect(after.out).toMatch(
      / database {2}DATABASE_URL: Postgres 18\S+, direct, \d+ ms for a statement from here, \d+ of 100 connections in use; all \d+ migrations applied$/m,
    );
    expect(after.code).toBe(0);
  });

  it("touch no DATABASE_URL where they are not", async () => {
    const variables = await production(false);

    const { lines, code } = await typeHook(["database", "migrate"], { environment: variables });

    expect(lines).toEqual(["DATABASE_URL_DEV is not set: for production's database say --database"]);
    expect(code).toBe(1);
    expect(await contentOf(variables.DATABASE_URL.replace(HERE, "127.0.0.1"))).toEqual({});
  });

  it("`database status` names what to mend", async () => {
    const variables = await production(true);
    const check = async (change: Readonly<Record<string, string>>) =>
      await checkPostgres((name) => ({ ...variables, ...change })[name], true);
    const sslmode = (mode: string) => ({ DATABASE_URL: `${variables.DATABASE_URL}?sslmode=${mode}` });

    expect(await check({ DATABASE_CA: "" })).toMatchObject({
      state: "error",
      message: expect.stringMatching(/^DATABASE_URL: its server's certificate is of an issuer/),
    });
    expect(await check({ DATABASE_URL: "mysql://h/db" })).toMatchObject({
      state: "error",
      message: expect.stringMatching(/^DATABASE_URL must be the address of a Postgres/),
    });
    expect(await check(sslmode("no-verify"))).toMatchObject({
      state: "warn",
      fix: expect.stringContaining("DATABASE_CA"),
    });
    expect(await check(sslmode("disable"))).toMatchObject({
      state: "warn",
      fix: expect.stringContaining("sslmode=disable"),
    });
    await withClient(variables.DATABASE_URL.replace(HERE, "127.0.0.1"), (client) =>
      client.query("insert into hook_migrations (name) values ('29990101000000_later')"),
    );
    expect(await check({})).toMatchObject({ state: "warn", fix: "update the code" });
  });
});
