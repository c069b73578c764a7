/**
 * A process of a site that keeps the table `people` in step, to be stopped and killed: it compares everybody again and again, or runs
 * what is due. Its arguments: the database, the org's settings as JSON, which of the two, and how long each write takes beside its statement.
 */

import { systemClock } from "../../netlify/base/clock.ts";
import { openNetlifyDatabase } from "../../netlify/events/database/netlify-database.ts";
import { openWork } from "../../netlify/events/work/open-work.ts";
import { runDueWork } from "../../netlify/events/work/run-due-work.ts";
import { readOktaSettings } from "../../netlify/settings/okta-settings.ts";
import { compare } from "../../netlify/sync/compare.ts";
import { openSync } from "../../netlify/sync/run-syncs.ts";
import type { Comparison } from "../../netlify/sync/state.ts";
import { syncPeople } from "./people-table.ts";

const [url = "", settingsJson = "{}", what, applyMs = "0"] = process.argv.slice(2);
const variables: Record<string, string> = JSON.parse(settingsJson);
const environment = (name: string) => variables[name];
const database = await openNetlifyDatabase({ connectionString: url });
const limit = { timeoutMs: 20_000 };
const people = syncPeople(
  (text, values) => database.query(text, values, limit),
  () => (applyMs === "0" ? undefined : systemClock.wait(Number(applyMs))),
);
const report = () => {};

process.send?.("ready");
if (what === "work") {
  const work = openWork(database, [people], { environment, report });
  for (;;) {
    await runDueWork(work, { deadline: Date.now() + 20_000 });
    await systemClock.wait(50);
  }
}
let from: Comparison | null = null;
for (;;) {
  const sync = openSync(people, {
    settings: readOktaSettings(environment),
    database,
    environment,
    clock: systemClock,
    fetch,
    report,
    deadline: Date.now() + 5_000,
  });
  const { outcome, progress } = await compare(sync, from, false);
  if (outcome === "ended") process.send?.("compared");
  from = outcome === "ended" ? null : { ...progress, mayRemoveMany: true };
  await systemClock.wait(100);
}
