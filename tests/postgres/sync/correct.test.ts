/** Two loaders and two workers that are killed and frozen, over an org that changes and fails: at the end the table is as the org is. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { openNetlifyDatabase } from "../../../netlify/events/database/netlify-database.ts";
import { recordDelivery } from "../../../netlify/events/record/record-delivery.ts";
import { openWork } from "../../../netlify/events/work/open-work.ts";
import { queueEvents } from "../../../netlify/events/work/queue-events.ts";
import { startOrg } from "../../okta/stand-in/start-org.ts";
import { makeDelivery, makeEvent } from "../../support/deliveries.ts";
import { isStress } from "../../support/is-stress.ts";
import { randomFrom } from "../../support/killed/random.ts";
import { createPeople, PEOPLE_FAULTS, syncPeople } from "../../support/people-table.ts";
import { startPostgres } from "../../support/postgres.ts";
import { serviceApp, serviceAppSettings } from "../../support/service-app.ts";

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A failed run is repeated with its seed: `KILL_SEED=… npx vitest run tests/postgres/sync/correct.test.ts`. */
const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1_000_000));
const USERS = isStress ? 5_000 : 1_000;
const ROUNDS = isStress ? 60 : 8;
const KINDS = ["load", "load", "work", "work"] as const;

it(
  `the table equals the org after kills, freezes and failures (seed ${seed})`,
  async () => {
    const random = randomFrom(seed);
    const postgres = await startPostgres();
    cleanups.push(() => postgres.destroy());
    const url = await postgres.createDatabase();
    await createPeople(url);
    const org = await startOrg({ serviceApp: { ...serviceApp, scopes: ["okta.users.read"] } });
    cleanups.push(() => org[Symbol.asyncDispose]());
    const database = await openNetlifyDatabase({ connectionString: url });
    cleanups.push(() => database.close());
    const sql = async <Row>(text: string) =>
      (await database.query<Row>(text, [], { timeoutMs: 20_000 })).rows;
    // The clock of the runs goes sixty times as fast: a lease is over after two seconds.
    await sql(`create or replace function runs_now() returns timestamptz language sql stable as
    'select timestamptz ''2026-11-24'' + 60 * (now() - timestamptz ''2026-11-24'')'`);
    const { directory } = org;
    for (let count = 0; count < USERS; count += 1) directory.create();
    let failed = 0;
    directory.fail = () => {
      if (random(10) > 0) return undefined;
      failed += 1;
      const reset = String(Math.ceil(Date.now() / 1000) + 1);
      return random(2) === 0 ? { status: 500 } : { status: 429, headers: { "x-rate-limit-reset": reset } };
    };

    const environment = serviceAppSettings(org);
    const names = ["OKTA_ORG_URL", "OKTA_CLIENT_ID", "OKTA_PRIVATE_KEY", "NETLIFY_DEV"];
    const settings = JSON.stringify(Object.fromEntries(names.map((name) => [name, environment(name)])));
    let compared = 0;
    /** They have begun to work: a busy machine starts a process in seconds. */
    const ready = new Set<ChildProcess>();
    const start = (kind: (typeof KINDS)[number]): ChildProcess => {
      const child = fork(new URL("../../support/sync-process.ts", import.meta.url), [url, settings, kind], {
        stdio: ["ignore", "ignore", "pipe", "ipc"],
      });
      child.stderr?.on("data", (text) => errors.push(String(text)));
      child.on("message", (message) => {
        if (message === "ready") ready.add(child);
        else compared += 1;
      });
      cleanups.push(() => child.kill("SIGKILL"));
      return child;
    };
    const errors: string[] = [];
    const children = KINDS.map(start);

    const people = syncPeople(async () => {});
    const work = openWork(database, [people], { environment, report: () => {} });
    const gone: Parameters<typeof directory.users.set>[] = [];
    let told = 0;
    /** Okta tells of it, three times out of four. */
    const tell = async (id: string, eventType: string) => {
      if (random(4) === 0) return;
      told += 1;
      const published = new Date().toISOString();
      const event = makeEvent(`told-${told}`, { eventType, published, target: [{ type: "User", id }] });
      const recorded = await recordDelivery(database, makeDelivery([event]), { timeoutMs: 20_000 });
      if (recorded.outcome === "recorded") await queueEvents(work, recorded);
    };
    const change = async () => {
      const ids = [...directory.users.keys()];
      const id = ids[random(ids.length)] ?? "";
      const user = directory.users.get(id);
      const kind = random(10);
      if (user === undefined || kind === 0) await tell(directory.create().id, "user.lifecycle.create");
      else if (kind === 1) {
        gone.push([id, user]);
        directory.delete(id);
        await tell(id, "user.lifecycle.delete.initiated");
      } else if (kind === 2) {
        const [again] = gone.splice(0, 1);
        if (again) directory.users.set(...again);
        if (again) await tell(again[0], "user.lifecycle.create");
      } else {
        directory.update(id, { login: `${id}-${random(1e6)}@example.com` });
        await tell(id, "user.account.update_profile");
      }
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const place = random(children.length);
      const child = children[place];
      const startBy = Date.now() + 30_000;
      let until = Date.now() + random(1_000);
      while (Date.now() < until) {
        if (child && !ready.has(child) && Date.now() < startBy) until = Date.now() + 200 + random(800);
        await Promise.all([change(), change(), change(), change()]);
        await setTimeout(random(20));
      }
      const kind = KINDS[place] ?? "work";
      if (random(2) === 0) {
        child?.kill("SIGKILL");
        children[place] = start(kind);
      } else {
        // Longer than a lease: another one takes its run meanwhile.
        child?.kill("SIGSTOP");
        void setTimeout(2_000 + random(3_000)).then(() => child?.kill("SIGCONT"));
      }
    }

    // Two stay frozen, with whatever they had in hand, until all is done.
    const frozen = [children[0], children[2]];
    await setTimeout(5_500);
    for (const child of frozen) child?.kill("SIGSTOP");
    directory.fail = undefined;
    const before = compared;
    await expect.poll(() => compared, { timeout: 120_000, interval: 100 }).toBeGreaterThan(before + 1);
    await expect
      .poll(() => sql("select 1 from runs where state in ('waiting', 'running', 'held') and error is null"), {
        timeout: 60_000,
        interval: 200,
      })
      .toEqual([]);

    const expected = [...directory.users.values()]
      .map(({ id, status, profile }) => ({ okta_id: id, login: profile.login, status }))
      .sort((one, other) => (one.okta_id < other.okta_id ? -1 : 1));
    const table = () => sql("select okta_id, login, status from people where not gone order by okta_id");
    expect(await table()).toEqual(expected);

    // Awake again, what they write is old, and changes nothing.
    for (const child of frozen) child?.kill("SIGCONT");
    await setTimeout(2_000);
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, "exit")));
    expect(await table()).toEqual(expected);
    expect(await sql(PEOPLE_FAULTS)).toEqual([]);
    expect(errors).toEqual([]);
    expect(failed).toBeGreaterThan(0);
    const [writes] = await sql<{ count: string }>("select count(*) from people_applied");
    console.info(
      `seed ${seed}: ${directory.users.size} users, ${told} events, ${writes?.count} writes, ${failed} failures, ${compared} comparisons`,
    );
  },
  isStress ? 600_000 : 180_000,
);
