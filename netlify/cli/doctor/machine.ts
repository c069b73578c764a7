/** What the doctor looks at on this machine. Tests hand in their own. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { listMigrations } from "../../database/migrate-database.ts";
import { type DatabaseHealth, examineDatabase } from "../../events/database/examine-database.ts";
import type { Environment } from "../../settings/environment.ts";
import { parseJson } from "../parse-json.ts";

/** Who the Hookdeck CLI is signed in as. */
export type HookdeckSignIn = "account" | "guest" | "nobody";

/** The machine. */
export interface Machine {
  /** E.g. "24.21.0". */
  readonly nodeVersion: string;
  /** The version of an installed package; undefined: it is not installed. */
  packageVersion(name: string): string | undefined;
  isPortTaken(port: number): Promise<boolean>;
  hookdeckSignIn(): HookdeckSignIn;
  /** Whether others at this machine can read `.env`; false also where there is none, or no such thing as on Windows. */
  isSettingsFileShared(): boolean;
  /** The migrations of the project, without their suffix. */
  migrations(): Promise<readonly string[]>;
  /** @param hookId whose deliveries are counted, since then. */
  database(hookId: string | undefined, since: Date | undefined): Promise<DatabaseHealth>;
}

const root = resolve(import.meta.dirname, "../../..");

/** This machine. */
export function thisMachine(environment: Environment, settingsFile = ".env"): Machine {
  return {
    nodeVersion: process.versions.node,
    packageVersion(name) {
      const version: unknown = readJson(join(root, "node_modules", name, "package.json")).version;
      return typeof version === "string" ? version : undefined;
    },
    isPortTaken,
    isSettingsFileShared() {
      const file = statSync(settingsFile, { throwIfNoEntry: false });
      return file !== undefined && process.platform !== "win32" && (file.mode & 0o077) !== 0;
    },
    hookdeckSignIn: () => readHookdeckSignIn(environment),
    migrations: listMigrations,
    database: (hookId, since) => examineDatabase(connectionString(environment), hookId, since),
  };
}

/** `netlify dev` notes in its state file where its database listens; the note outlives it. */
function connectionString(environment: Environment): string | undefined {
  const noted: unknown = readJson(join(root, ".netlify/state.json")).dbConnectionString;
  return environment("NETLIFY_DB_URL") || (typeof noted === "string" ? noted : undefined);
}

/** Nothing is known of what is not there, or no JSON. */
function readJson(path: string): Record<string, unknown> {
  return existsSync(path) ? Object(parseJson(readFileSync(path, "utf8"))) : {};
}

function isPortTaken(port: number): Promise<boolean> {
  return new Promise((resolveTaken) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: 1000 });
    const settle = (taken: boolean) => {
      socket.destroy();
      resolveTaken(taken);
    };
    socket.on("connect", () => settle(true));
    socket.on("timeout", () => settle(true));
    socket.on("error", () => settle(false));
  });
}

/** The CLI keeps its profile in the project or in the home directory; a guest's has a `guest_url`. */
function readHookdeckSignIn(environment: Environment): HookdeckSignIn {
  const folder = environment("XDG_CONFIG_HOME") || join(homedir(), ".config");
  const paths = [join(root, ".hookdeck/config.toml"), join(folder, "hookdeck/config.toml")];
  const text = paths.filter(existsSync).map((path) => readFileSync(path, "utf8"))[0] ?? "";
  const has = (key: string) => new RegExp(`^\\s*${key}\\s*=\\s*["'][^"']+["']`, "m").test(text);
  if (!has("api_key")) return "nobody";
  return has("guest_url") ? "guest" : "account";
}
