import { afterAll, beforeAll, describe, test } from "vitest";
import { answersTable } from "../support/answers-table.ts";
import { expectAnswer, requestOf } from "../support/expect-answer.ts";
import { type PackagedFunctions, packageFunctions } from "./support/packaged-function.ts";

let functions: PackagedFunctions;
beforeAll(async () => {
  functions = await packageFunctions();
});
afterAll(() => functions?.remove());

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
    endpoint = await functions.run("okta-webhooks-endpoint", rows[0]?.environment ?? {});
  });
  afterAll(() => endpoint?.stop());

  test.each(rows)("answers $name", async (row) => {
    await expectAnswer(await fetch(requestOf(row, endpoint.url)), row);
  });
});
