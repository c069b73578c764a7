/** For a test file: a browser, a Postgres emptied before each test, and the site over it. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, onTestFinished, vi } from "vitest";
import { instanceDatabase } from "../../support/instance-database.ts";
import { type Postgres, startPostgres, withClient } from "../../support/postgres.ts";
import { startBrowser } from "./browser.ts";
import { type RealApi, realApi } from "./real-api.ts";
import { type ServedPage, servePage } from "./serve-page.ts";

export interface ServeOptions {
  readonly where?: "locally" | "deployed";
  readonly environment?: Readonly<Record<string, string>>;
  readonly port?: number;
}

export interface ServedSite extends ServedPage, Pick<RealApi, "settled" | "sweep"> {}

export interface Site {
  readonly browser: () => Browser;
  /** Serves page and API until the test ends. */
  readonly serve: (options?: ServeOptions) => Promise<ServedSite>;
}

/**
 * Call it once, at the top of the file.
 * @param start where its database is created, for a file that needs a server of its own
 */
export function useSite(start: () => Promise<Postgres> = startPostgres): Site {
  let postgres: Postgres | undefined;
  let browser: Browser | undefined;
  let database = "";
  beforeAll(async () => {
    postgres = await start();
    database = await postgres.createDatabase();
    vi.stubEnv("NETLIFY_DB_URL", database);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await instanceDatabase.close();
    await postgres?.destroy();
  });
  beforeEach(async () => {
    // The endpoint prints what came; here that is noise.
    for (const level of ["log", "info", "warn", "error"] as const) vi.spyOn(console, level).mockReturnValue();
    await withClient(database, (client) =>
      client.query(
        `truncate deliveries, events, rejections restart identity; truncate runs, handlers;
         truncate catch_up, log_events, ledger_hours, alerts`,
      ),
    );
  });

  return {
    browser: () => started(browser),
    async serve({ where = "locally", environment = {}, port = 0 } = {}) {
      const real = realApi(where, environment);
      const site = await servePage(real.api, { port });
      onTestFinished(async () => {
        await real.settled();
        await site.stop();
      });
      return { ...site, settled: real.settled, sweep: real.sweep };
    },
  };
}

function started<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error("It is there from the first test on.");
  return thing;
}
