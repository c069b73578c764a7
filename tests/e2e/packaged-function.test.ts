import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { answersTable } from "../support/answers-table.ts";
import { expectAnswer, requestOf } from "../support/expect-answer.ts";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { type PackagedFunctions, packageFunctions } from "./support/packaged-function.ts";

let functions: PackagedFunctions;
let postgres: Postgres;
let databaseUrl: string;
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.createDatabase();
  functions = await packageFunctions();
});
afterAll(async () => {
  await functions?.remove();
  await postgres?.destroy();
});

/** The rows of a deploy, by the settings that it was deployed with. */
const deploys = Map.groupBy(
  answersTable.filter(({ where }) => where === "deployed"),
  ({ environment }) =>
    Object.entries(environment)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ") || "no settings",
);

describe.each([...deploys])("deployed with %s, the endpoint", (_, rows) => {
  let endpoint: Awaited<ReturnType<PackagedFunctions["run"]>>;
  beforeAll(async () => {
    endpoint = await functions.run("okta-webhooks-endpoint", {
      ...rows[0]?.environment,
      NETLIFY_DB_URL: databaseUrl,
    });
  });
  afterAll(() => endpoint?.stop());

  test.each(rows)("answers $name", async (row) => {
    await expectAnswer(await fetch(requestOf(row, endpoint.url)), row);
  });
});

test("deployed without a database, the endpoint asks for a delivery again", async () => {
  const row = answersTable.find(({ isRecorded, where }) => isRecorded === true && where === "deployed");
  if (row === undefined) throw new Error("no row of the table is recorded");
  const endpoint = await functions.run("okta-webhooks-endpoint", row.environment);
  onTestFinished(() => endpoint.stop());
  const response = await fetch(requestOf(row, endpoint.url));
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
});
