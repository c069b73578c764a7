/**
 * `npm run bench`: the figures that this project watches, mostly as ratios, since times differ from machine to machine. Compared
 * things run in turns. Needs nothing but the clone, and some minutes; `reading` also 6 GB of disk. `npm run bench -- cpu cold`
 * measures these alone; `-- --json` prints JSON.
 */
import { parseArgs } from "node:util";
import { type Figure, printFigure } from "./figure.ts";
import { measureAcknowledging } from "./measure-acknowledging.ts";
import { measureColdStarts } from "./measure-cold-starts.ts";
import { measureFilling } from "./measure-filling.ts";
import { measureIdle } from "./measure-idle.ts";
import { measureOrgDay } from "./measure-org-day.ts";
import { measurePostgresCpu } from "./measure-postgres-cpu.ts";
import { measureReading } from "./measure-reading.ts";
import { measureStatements } from "./measure-statements.ts";
import { measureValidating } from "./measure-validating.ts";

const measurements: Readonly<Record<string, () => Promise<Figure[]>>> = {
  validating: measureValidating,
  acknowledging: () => measureAcknowledging({ stored: 1_000_000 }),
  statements: measureStatements,
  cpu: measurePostgresCpu,
  filling: measureFilling,
  day: () => measureOrgDay({ events: 400_000 }),
  idle: measureIdle,
  cold: measureColdStarts,
  reading: () => measureReading({ stored: 1_000_000 }),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false } },
});
const unknown = positionals.filter((name) => !(name in measurements));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}. There are: ${Object.keys(measurements).join(", ")}.`);
  process.exit(1);
}

const json: object[] = [];
for (const [name, measure] of Object.entries(measurements)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  for (const figure of await measure()) {
    if (values.json) {
      const { atMost = null } = figure;
      json.push({ name, ...figure, atMost, within: atMost === null || figure.value <= atMost });
    } else printFigure(figure);
  }
}
if (values.json) process.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
process.exit(0);
