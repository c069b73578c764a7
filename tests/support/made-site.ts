/**
 * A site in simulated time: instances that take deliveries and work, the sweep, and a database of which is known when it was awake. Each
 * instance can be killed at one of its calls to the database or to Netlify Blobs.
 */
import type { BlobCache } from "../../netlify/blob-cache/blob-cache.ts";
import { writeMarker } from "../../netlify/blob-cache/dirty-markers.ts";
import { replay } from "../../netlify/events/work/replay.ts";
import { isSettled, runAfterReplay, workAfterAnswer } from "../../netlify/events/work/work-after-answer.ts";
import { runSweep } from "../../netlify/sweep/run-sweep.ts";
import { madeBlobCache } from "./made-blob-cache.ts";
import type { MadeWork } from "./made-work.ts";

/** What happens to a process that is killed: the call does not come back, and may have been carried out or not. */
class Killed extends Error {}

/** When an instance is killed: at which of its calls, and whether that is still carried out. */
export interface Kill {
  readonly atCall: number;
  readonly carriedOut: boolean;
}

export interface MadeInstance {
  /** Takes a delivery and works. @returns how far it came, if it was killed */
  deliver(uuid: string): Promise<"lost" | "acknowledged" | "marked">;
  /** Replays an event by hand. */
  replay(uuid: string): Promise<void>;
  /** Has it killed later. */
  dieAt(kill: Kill): void;
}

const SWEEP_EVERY_MS = 5 * 60_000;
/** After the last statement (Netlify). */
const AWAKE_MS = 5 * 60_000;

export function madeSite(work: MadeWork) {
  const values = new Map<string, string>();
  /** When the database was asked something, in milliseconds since 1970, by whom. */
  const statements: { readonly at: number; readonly by: "sweep" | "instance" }[] = [];

  function alive(by: "sweep" | "instance", firstKill?: Kill) {
    let kill = firstKill;
    let calls = 0;
    const call = async <Result>(run: () => Promise<Result>): Promise<Result> => {
      calls += 1;
      if (kill && calls > kill.atCall) throw new Killed();
      if (kill?.atCall === calls) {
        if (kill.carriedOut) await run();
        throw new Killed();
      }
      return await run();
    };
    const database: MadeWork["database"] = {
      ...work.database,
      query: (text, parameters, limit) =>
        call(() => {
          statements.push({ at: work.clock.now(), by });
          return work.database.query(text, parameters, limit);
        }),
    };
    const stored = madeBlobCache(values);
    const cache: BlobCache = {
      read: (key, schema) => call(() => stored.read(key, schema)),
      write: (key, value) => call(() => stored.write(key, value)),
      list: (prefix) => call(() => stored.list(prefix)),
      remove: (key) => call(() => stored.remove(key)),
    };
    return {
      work: {
        ...work,
        database,
        record: (...events: Parameters<MadeWork["record"]>) => call(() => work.record(...events)),
      },
      cache,
      dieAt(next: Kill) {
        kill = next;
        calls = 0;
      },
    };
  }
  const untilKilled = async (run: () => Promise<unknown>): Promise<void> => {
    await run().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  };

  return {
    statements,
    openInstance(kill?: Kill): MadeInstance {
      const own = alive("instance", kill);
      const now = () => own.work.clock.now();
      return {
        async deliver(uuid) {
          let came: "lost" | "acknowledged" | "marked" = "lost";
          await untilKilled(async () => {
            const arrivedAt = now();
            statements.push({ at: arrivedAt, by: "instance" });
            const recording = own.work.record(uuid);
            const marker = writeMarker(own.cache, now());
            const isMarked = marker.written.then(
              () => true,
              () => false,
            );
            const recorded = await recording;
            came = (await isMarked) ? "marked" : "acknowledged";
            await marker.end(isSettled(await workAfterAnswer(own.work, recorded, arrivedAt)));
          });
          return came;
        },
        dieAt: own.dieAt,
        async replay(uuid) {
          await untilKilled(async () => {
            const marker = writeMarker(own.cache, now());
            await replay(own.work, uuid);
            await marker.end(await runAfterReplay(own.work, now()));
          });
        },
      };
    },
    /** The function's sweep. @returns whether it looked into the database; false also when it was killed */
    async sweep(kill?: Kill): Promise<boolean> {
      const own = alive("sweep", kill);
      const { outcome } = await runSweep({
        ...own.work,
        deploy: { context: "production", published: true },
        cache: own.cache,
        fetch,
      });
      return outcome === "swept";
    },
    async advanceTo(atMs: number): Promise<void> {
      const ms = atMs - work.clock.now();
      if (ms > 0) await work.clock.advance(ms);
    },
    nextSweep: () => (Math.floor(work.clock.now() / SWEEP_EVERY_MS) + 1) * SWEEP_EVERY_MS,
    /** How often the database was woken, by all that asked it or by some. */
    wakeUps(by?: "sweep" | "instance"): number {
      const times = statements
        .filter((statement) => by === undefined || statement.by === by)
        .map(({ at }) => at)
        .toSorted((a, b) => a - b);
      return times.filter((at, index) => index === 0 || at - (times[index - 1] ?? 0) > AWAKE_MS).length;
    },
  };
}
