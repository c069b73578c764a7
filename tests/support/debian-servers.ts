/**
 * The Postgres and the PgBouncer of the system (`apt-get install postgresql pgbouncer`): an older Postgres than the one that the install
 * brings, and a pooler. Debian 12 has Postgres 15.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { MadeCertificate } from "./make-certificate.ts";
import { withClient } from "./postgres.ts";
import { freePort } from "./postgres-server.ts";

const VERSIONS = "/usr/lib/postgresql";
const PGBOUNCER = "/usr/sbin/pgbouncer";

/** Postgres's main version, e.g. "15"; undefined: one of the two is not here. */
export const debianPostgres: string | undefined = existsSync(PGBOUNCER)
  ? (existsSync(VERSIONS) ? readdirSync(VERSIONS) : []).sort()[0]
  : undefined;

/** Its programs: `postgres`, `psql`, `pg_dump`. */
export const debianPrograms = join(VERSIONS, debianPostgres ?? "none", "bin");

export interface PooledPostgres {
  /** The address of the database through PgBouncer, in transaction mode. */
  readonly pooled: string;
  /** The same without it. */
  readonly direct: string;
  stop(): Promise<void>;
}

/** Neither server runs as root, which is who runs in most containers. */
const user =
  process.getuid?.() === 0
    ? {
        uid: Number(execFileSync("id", ["-u", "postgres"])),
        gid: Number(execFileSync("id", ["-g", "postgres"])),
      }
    : {};

/** @param poolSize how many connections PgBouncer has to the server, whoever comes */
export async function startPooledPostgres({
  certificate,
  poolSize,
}: {
  readonly certificate: MadeCertificate;
  readonly poolSize: number;
}): Promise<PooledPostgres> {
  const directory = await mkdtemp(join(tmpdir(), "okta-event-hooks-pooled-"));
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid);
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    if (user.uid !== undefined) chownSync(join(directory, name), user.uid, user.gid);
    return join(directory, name);
  };
  const [crt, key] = [write("server.crt", certificate.certificate), write("server.key", certificate.key)];
  const data = join(directory, "data");
  const password = write("password", "postgres");
  execFileSync(
    join(debianPrograms, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${password}`, "--no-sync"],
    { ...user, stdio: "ignore" },
  );
  const [port, poolerPort] = [await freePort(), await freePort()];
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: directory,
    ssl: "on",
    ssl_cert_file: crt,
    ssl_key_file: key,
    fsync: "off",
  };
  const ini = write(
    "pgbouncer.ini",
    `[databases]
postgres = host=127.0.0.1 port=${port} dbname=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${poolerPort}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${write("users.txt", '"postgres" "postgres"\n')}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
client_tls_sslmode = require
client_tls_cert_file = ${crt}
client_tls_key_file = ${key}
server_tls_sslmode = require
`,
  );
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const servers = [
    spawn(join(debianPrograms, "postgres"), ["-D", data, ...flags], { ...user, stdio: "ignore" }),
    spawn(PGBOUNCER, [ini], { ...user, stdio: "ignore" }),
  ];
  const address = (at: number) => `postgres://postgres:postgres@127.0.0.1:${at}/postgres`;
  const stop = async () => {
    for (const each of servers.reverse()) await end(each);
    await rm(directory, { recursive: true });
  };
  try {
    await untilItAnswers(`${address(port)}?sslmode=disable`);
    await untilItListens(poolerPort);
  } catch (error) {
    await stop();
    throw error;
  }
  return { pooled: address(poolerPort), direct: address(port), stop };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  // Postgres ends connections that are open, and does not wait for them.
  server.kill("SIGINT");
  await ended;
}

const WAIT_MS = 20_000;

async function untilItAnswers(url: string): Promise<void> {
  for (const deadline = Date.now() + WAIT_MS; ; await setTimeout(50)) {
    try {
      return await withClient(url, async (client) => void (await client.query("select 1")));
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

async function untilItListens(port: number): Promise<void> {
  for (const deadline = Date.now() + WAIT_MS; ; await setTimeout(50)) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    } finally {
      socket.destroy();
    }
  }
}
