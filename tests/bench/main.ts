/**
 * `npm run bench`: the figures that this project watches, as ratios, since times differ from machine to machine. Compared
 * things run in turns, and medians are compared. Needs nothing but the clone, and some three minutes.
 */
import { measureAcknowledging } from "./measure-acknowledging.ts";
import { measureColdStarts } from "./measure-cold-starts.ts";
import { measureValidating } from "./measure-validating.ts";
import { printFigures } from "./print-figures.ts";

printFigures(await measureValidating());
printFigures(await measureAcknowledging({ stored: 1_000_000 }));
printFigures(await measureColdStarts());
process.exit(0);
