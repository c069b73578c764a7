/** What an instance says that cannot open its database. Nothing here gets as far as a connection, but for one that is refused. */
import { afterEach, expect, it, vi } from "vitest";
import { DatabaseError } from "../../netlify/events/database/database-error.ts";
import { instanceDatabase } from "../support/instance-database.ts";

afterEach(async () => {
  vi.unstubAllEnvs();
  await instanceDatabase.close();
});

it.each([
  ["NO_DATABASE without an address", undefined, "NO_DATABASE"],
  ["NO_DATABASE with an empty address", "", "NO_DATABASE"],
  ["the system's where nobody listens", "postgres://nobody:password-4711@127.0.0.1:1/none", "ECONNREFUSED"],
])("the code is %s", async (_, address, code) => {
  vi.stubEnv("NETLIFY_DB_URL", address);

  const error = await instanceDatabase.query("select 1", [], { timeoutMs: 5_000 }).catch(String);

  expect(error).toContain(`(${code})`);
});

it("the code is another one where the deployed driver does not take the address", async () => {
  vi.stubEnv("NETLIFY_DB_URL", "not an address");
  vi.stubEnv("NETLIFY_DB_DRIVER", "serverless");

  const error = await instanceDatabase.query("select 1", [], { timeoutMs: 5_000 }).catch(String);

  expect(error).toContain("(UNKNOWN)");
});

it("a failure to open is not kept: the next statement tries anew", async () => {
  vi.stubEnv("NETLIFY_DB_URL", undefined);
  await expect(instanceDatabase.query("select 1", [], { timeoutMs: 5_000 })).rejects.toThrow("NO_DATABASE");

  vi.stubEnv("NETLIFY_DB_URL", "postgres://nobody:password-4711@127.0.0.1:1/none");
  const again = instanceDatabase.query("select 1", [], { timeoutMs: 5_000 });

  await expect(again).rejects.toThrow(DatabaseError);
  await expect(again).rejects.toThrow("ECONNREFUSED");
});
