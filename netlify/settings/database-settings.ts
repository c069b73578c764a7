/** Which database: a Postgres of one's own, or Netlify Database where nothing is set. */
import { createHash, X509Certificate } from "node:crypto";
import type { PeerCertificate } from "node:tls";
import * as z from "zod/mini";
import { isLoopbackHost } from "../base/addresses.ts";
import { type Environment, readGroup, SettingsError } from "./environment.ts";

/** How a Postgres is reached, as node-postgres takes it. */
export interface PostgresSettings {
  /** The variable that the address came from. */
  readonly variable: "DATABASE_URL" | "DATABASE_URL_DEV";
  /** Tells this database from others: what lies in Netlify Blobs is about one of them. */
  readonly id: string;
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    readonly password: string;
    readonly options: string | undefined;
    readonly ssl:
      | false
      | {
          readonly host: string;
          readonly rejectUnauthorized: boolean;
          readonly ca: string | undefined;
          readonly checkServerIdentity?: (host: string, certificate: PeerCertificate) => undefined;
        };
  };
}

/** For whom the database is. */
export interface DatabaseUser {
  /** Whether it is a production deploy, or a person who says that production is meant. Nobody else gets `DATABASE_URL`. */
  readonly production: boolean;
  /** Whether it runs on Netlify, from where this machine cannot be reached. */
  readonly deployed: boolean;
}

/** The user that a call of a function is. */
export function userOfDeploy({ context }: { readonly context: string }): DatabaseUser {
  return { production: context === "production", deployed: context !== "dev" };
}

const databaseSettings = z.object({
  DATABASE_URL: z.optional(z.string()),
  DATABASE_URL_DEV: z.optional(z.string()),
  DATABASE_CA: z.optional(z.string()),
});

/**
 * Reads which Postgres is meant. Netlify's variables span all deploy contexts unless told otherwise, so it is not the variable that
 * decides who gets production's database.
 * @returns undefined where Netlify Database is
 * @throws {SettingsError} naming the variable whose value cannot be used
 */
export function readDatabaseSettings(
  environment: Environment,
  { production, deployed }: DatabaseUser,
): PostgresSettings | undefined {
  const variable = production ? "DATABASE_URL" : "DATABASE_URL_DEV";
  const read = readGroup(databaseSettings, environment);
  const address = read[variable];
  if (address === undefined) return undefined;
  const refuse = (problem: string, at: string = variable) => new SettingsError([{ variable: at, problem }]);
  if (!/^postgres(?:ql)?:\/\//.test(address)) {
    throw refuse("must be the address of a Postgres: postgres://user:password@host/database");
  }
  const url = URL.parse(address);
  const [user, password, database] = [url?.username, url?.password, url?.pathname.slice(1)].map(decode);
  if (!url?.hostname || user === undefined || password === undefined || database === undefined) {
    throw refuse("is no address. In a user or password, write / : ? # and % as %2F %3A %3F %23 and %25");
  }
  if (user === "" || database === "") {
    throw refuse("must name a user and a database: postgres://user:password@host/database");
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const isHere = isLoopbackHost(url.hostname);
  if (deployed && isHere) throw refuse("names this machine, which a deployed site cannot reach");
  for (const name of ["sslrootcert", "sslcert", "sslkey"]) {
    if (!url.searchParams.has(name)) continue;
    throw refuse(
      `has ${name}, which names a file that no deploy has: DATABASE_CA takes the text of a CA's certificate`,
    );
  }
  const ca = read.DATABASE_CA?.replaceAll("\\n", "\n");
  if (ca !== undefined && !isCertificate(ca)) {
    throw refuse("must be a certificate in PEM form, from -----BEGIN CERTIFICATE----- on", "DATABASE_CA");
  }
  const ssl = readSslMode(url.searchParams.get("sslmode") ?? (isHere ? "disable" : "verify-full"));
  if (ssl === undefined) {
    throw refuse("has an sslmode that is none: disable, no-verify, require, verify-ca or verify-full");
  }
  const port = Number(url.port || 5432);
  const options = url.searchParams.get("options") ?? undefined;
  return {
    variable,
    id: createHash("sha256")
      .update(JSON.stringify([host, port, database, user, options]))
      .digest("hex")
      .slice(0, 12),
    connection: {
      host,
      port,
      database,
      user,
      password,
      options,
      ssl: ssl && { host, ca, ...ssl },
    },
  };
}

/**
 * What of the server's certificate is checked. As in node-postgres, and other than in psql, `require` checks all of it: what checks
 * nothing is called `no-verify`.
 * @returns false: no TLS; undefined: there is no such mode
 */
function readSslMode(mode: string) {
  switch (mode) {
    case "disable":
      return false;
    case "no-verify":
      return { rejectUnauthorized: false };
    case "verify-ca":
      return { rejectUnauthorized: true, checkServerIdentity: () => undefined };
    case "allow":
    case "prefer":
    case "require":
    case "verify-full":
      return { rejectUnauthorized: true };
    default:
      return undefined;
  }
}

function decode(part: string | undefined): string | undefined {
  try {
    return part === undefined ? undefined : decodeURIComponent(part);
  } catch {
    return undefined; // A % that begins no escape.
  }
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== "";
  } catch {
    return false;
  }
}
