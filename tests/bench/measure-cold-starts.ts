/** What a new instance takes to its first answer, on the packages that a deploy gets, against a function that does nothing. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { migratePostgres } from "../../netlify/database/own-postgres.ts";
import { readDatabaseSettings } from "../../netlify/settings/database-settings.ts";
import { buildDeploy } from "../e2e/support/deploy.ts";
import { makeCertificate } from "../support/make-certificate.ts";
import { startPostgresServer } from "../support/postgres-server.ts";
import { type Figure, ratio } from "./figure.ts";
import { makePayload } from "./make-payload.ts";
import { benchSecret } from "./open-endpoint.ts";
import { median } from "./time-in-turns.ts";

const emptyFunction = `
export default () => new Response(null, { status: 204 });
export const config = { path: "/empty" };
`;
const rounds = 15;
/** This machine, under an address that a deployed site is not refused. */
const HERE = "0.0.0.0";
const printed = z.object({ ms: z.number(), status: z.number() });

/** Starts a process for each call: Netlify's bootstrap, the function, the answer. Node's own start does not count. */
export async function measureColdStarts(): Promise<Figure[]> {
  const certificate = makeCertificate({ address: HERE });
  const postgres = await startPostgresServer({ flushes: true, certificate });
  const functions = await buildDeploy({ "netlify/functions/empty.mts": emptyFunction });
  try {
    const environment = {
      PATH: process.env.PATH ?? "",
      OKTA_HOOK_SECRET: benchSecret,
      NETLIFY_DB_URL: await postgres.createDatabase(),
    };
    const own = await ownPostgres(
      await postgres.createDatabase({ migrated: false }),
      certificate.certificate,
    );
    const start = async (
      name: string,
      call: { method: string; headers?: object; body?: string },
      variables: object = {},
    ) => {
      const event = {
        rawUrl: `https://hooks.example/${name}`,
        httpMethod: call.method,
        headers: {
          authorization: benchSecret,
          "content-type": "application/json",
          "x-nf-deploy-context": "production",
          ...call.headers,
        },
        body: call.body,
        isBase64Encoded: false,
        flags: {},
        invocationMetadata: {},
      };
      const child = await promisify(execFile)(
        process.execPath,
        [join(import.meta.dirname, "call-bundle.ts"), await functions.directory(name), JSON.stringify(event)],
        { env: { ...environment, ...variables } },
      );
      const { ms, status } = printed.parse(JSON.parse(child.stdout));
      if (status >= 300) throw new Error(`${name} answered ${status}`);
      return ms;
    };

    const times: Record<"empty" | "verification" | "delivery" | "own", number[]> = {
      empty: [],
      verification: [],
      delivery: [],
      own: [],
    };
    const endpoint = "okta-webhooks-endpoint";
    for (let round = 0; round < rounds; round += 1) {
      times.empty.push(await start("empty", { method: "GET" }));
      times.verification.push(
        await start(endpoint, { method: "GET", headers: { "x-okta-verification-challenge": "a-challenge" } }),
      );
      const delivery = { method: "POST", body: makePayload(1) };
      times.delivery.push(await start(endpoint, delivery));
      times.own.push(await start(endpoint, delivery, own));
    }
    const to = median(times.empty);
    return [
      ratio("cold: first verification / an empty function", median(times.verification), to, 1.2),
      ratio("cold: first delivery, database included / an empty function", median(times.delivery), to, 2),
      ratio("cold: first delivery, DATABASE_URL over TLS / an empty function", median(times.own), to, 2),
    ];
  } finally {
    await functions.remove();
    await postgres.destroy();
  }
}

/** The variables for a Postgres of one's own, migrated. */
async function ownPostgres(url: string, ca: string) {
  const address = new URL(url);
  address.hostname = HERE;
  const variables: Readonly<Record<string, string>> = { DATABASE_URL: address.href, DATABASE_CA: ca };
  const settings = readDatabaseSettings((name) => variables[name], { production: true, deployed: true });
  if (settings !== undefined) await migratePostgres(settings);
  return variables;
}
