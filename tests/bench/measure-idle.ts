/** How often the sweep wakes the database of a site where nothing happens, in a month of simulated time. */
import { madeSite } from "../support/made-site.ts";
import { makeWork } from "../support/made-work.ts";
import { startPostgresServer } from "../support/postgres-server.ts";
import type { Figure } from "./figure.ts";

const DAYS = 31;

/** Sweeps by its schedule. */
export async function measureIdle(): Promise<Figure[]> {
  const postgres = await startPostgresServer();
  try {
    const work = await makeWork(await postgres.createDatabase());
    const site = madeSite(work);
    for (const end = work.clock.now() + DAYS * 86_400_000; site.nextSweep() <= end; ) {
      await site.advanceTo(site.nextSweep());
      await site.sweep();
    }
    const wakeUps = site.wakeUps();
    await work.close();
    return [
      {
        what: "wake-ups of an idle site's database a day",
        value: wakeUps / DAYS,
        atMost: 1,
        from: `${wakeUps} in ${DAYS} days`,
      },
    ];
  } finally {
    await postgres.destroy();
  }
}
