import { describe, expect, it } from "vitest";
import { readDatabaseSettings, userOfDeploy } from "../../netlify/settings/database-settings.ts";
import { SettingsError } from "../../netlify/settings/environment.ts";
import { makeCertificate } from "../support/make-certificate.ts";

const read = (values: Record<string, string>, user = userOfDeploy({ context: "production" })) =>
  readDatabaseSettings((name) => values[name], user);

/** What is wrong with these settings. */
function problemOf(values: Record<string, string>): string {
  try {
    read(values);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error("The settings were read without an error");
}

describe("which database is meant", () => {
  const both = { DATABASE_URL: "postgres://u:p@prod/db", DATABASE_URL_DEV: "postgres://u:p@dev/db" };

  it.each([
    ["production", "DATABASE_URL", "prod"],
    ["deploy-preview", "DATABASE_URL_DEV", "dev"],
    ["branch-deploy", "DATABASE_URL_DEV", "dev"],
    ["a-branch-of-its-own", "DATABASE_URL_DEV", "dev"],
    ["dev", "DATABASE_URL_DEV", "dev"],
  ])("a deploy of %s takes %s", (context, variable, host) => {
    expect(read(both, userOfDeploy({ context }))).toMatchObject({ variable, connection: { host } });
  });

  it.each(["deploy-preview", "branch-deploy", "dev"])(
    "a deploy of %s never takes DATABASE_URL, also where there is no other",
    (context) => {
      expect(read({ DATABASE_URL: "not even an address" }, userOfDeploy({ context }))).toBeUndefined();
    },
  );

  it("production takes Netlify Database where only DATABASE_URL_DEV is set", () => {
    expect(read({ DATABASE_URL_DEV: "postgres://u:p@dev/db", DATABASE_URL: " " })).toBeUndefined();
  });

  it("another host, port, name, user or schema is another database; another password is not", () => {
    const idOf = (address: string) => read({ DATABASE_URL: address })?.id;
    const others = [
      "u:p@g/db",
      "u:p@h:5433/db",
      "u:p@h/dc",
      "v:p@h/db",
      "u:p@h/db?options=-csearch_path%3Da",
    ];
    const ids = ["u:p@h/db", ...others].map((rest) => idOf(`postgres://${rest}`));

    expect(new Set(ids).size).toBe(6);
    expect(idOf("postgresql://u:q@h:5432/db?sslmode=disable")).toBe(ids[0]);
  });
});

describe("an address", () => {
  it("is read part by part, an @ in the password too", () => {
    expect(
      read({ DATABASE_URL: "postgres://us%20er:p@ss%2Fword@db.example:6543/hooks" })?.connection,
    ).toEqual({
      host: "db.example",
      port: 6543,
      database: "hooks",
      user: "us er",
      password: "p@ss/word",
      options: undefined,
      ssl: { host: "db.example", ca: undefined, rejectUnauthorized: true },
    });
  });

  it.each([
    ["words that are no address", "secret-4711", "must be the address of a Postgres"],
    ["a MySQL", "mysql://u:secret-4711@h/db", "must be the address of a Postgres"],
    ["an HTTP address", "https://u:secret-4711@h/db", "must be the address of a Postgres"],
    ["no host", "postgres:///secret-4711", "is no address"],
    ["a / in the password", "postgres://u:secret/4711@h/db", "is no address"],
    ["a # in the password", "postgres://u:47#11@h/db", "must name a user and a database"],
    ["a % in the password", "postgres://u:secret%4711%@h/db", "is no address"],
    ["a port that is none", "postgres://u:secret-4711@h:99999/db", "is no address"],
    ["no database", "postgres://u:secret-4711@h", "must name a user and a database"],
    ["no user", "postgres://h/secret-4711", "must name a user and a database"],
    ["localhost, deployed", "postgres://u:secret-4711@localhost/db", "names this machine"],
    ["127.0.0.1, deployed", "postgres://u:secret-4711@127.0.0.1/db", "names this machine"],
    ["[::1], deployed", "postgres://u:secret-4711@[::1]/db", "names this machine"],
    ["a file of a CA", "postgres://u:secret-4711@h/db?sslrootcert=/tmp/ca.pem", "DATABASE_CA takes the text"],
    ["an unknown sslmode", "postgres://u:p@h/db?sslmode=secret-4711", "has an sslmode that is none"],
  ])("with %s is one sentence that names the variable and never its value", (_, address, problem) => {
    const says = problemOf({ DATABASE_URL: address });

    expect(says).toMatch(/^DATABASE_URL /);
    expect(says).toContain(problem);
    expect(says).not.toMatch(/4711|secret/);
  });

  it("may be this machine where it is not deployed, and then needs no TLS", () => {
    const dev = { DATABASE_URL_DEV: "postgres://u@localhost/db" };

    expect(read(dev, userOfDeploy({ context: "dev" }))?.connection.ssl).toBe(false);
  });
});

describe("sslmode", () => {
  const sslOf = (mode: string) =>
    read({ DATABASE_URL: `postgres://u:p@h/db?sslmode=${mode}` })?.connection.ssl;

  it.each(["require", "prefer", "allow", "verify-full"])("%s checks the certificate and the host", (mode) => {
    expect(sslOf(mode)).toEqual({ host: "h", ca: undefined, rejectUnauthorized: true });
  });

  it("verify-ca checks the certificate, and not the host", () => {
    expect(sslOf("verify-ca")).toMatchObject({
      rejectUnauthorized: true,
      checkServerIdentity: expect.any(Function),
    });
  });

  it("no-verify checks nothing, and disable is without TLS", () => {
    expect(sslOf("no-verify")).toMatchObject({ rejectUnauthorized: false });
    expect(sslOf("disable")).toBe(false);
  });
});

describe("DATABASE_CA", () => {
  const { certificate } = makeCertificate({ address: "127.0.0.1" });
  const DATABASE_URL = "postgres://u:p@h/db";

  it("is a certificate's text, with line breaks or with \\n", () => {
    const caOf = (text: string) => {
      const ssl = read({ DATABASE_URL, DATABASE_CA: text })?.connection.ssl;
      return ssl ? ssl.ca : undefined;
    };

    expect(caOf(certificate)).toBe(certificate.trim());
    expect(caOf(certificate.trim().replaceAll("\n", "\\n"))).toBe(certificate.trim());
  });

  it("that is no certificate is a sentence that names it", () => {
    const says = problemOf({ DATABASE_URL, DATABASE_CA: "/etc/ssl/secret-4711.pem" });

    expect(says).toContain("DATABASE_CA must be a certificate in PEM form");
    expect(says).not.toContain("4711");
  });
});
