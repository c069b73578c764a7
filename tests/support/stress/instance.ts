/** An instance of the site in a process of its own, with a clock that may run faster, until it is killed or frozen. */
import { writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Clock } from "../../../netlify/base/clock.ts";
import { openNetlifyDatabase } from "../../../netlify/events/database/netlify-database.ts";
import { recordDelivery } from "../../../netlify/events/record/record-delivery.ts";
import { sweep } from "../../../netlify/events/work/sweep.ts";
import type { Work } from "../../../netlify/events/work/work.ts";
import { workAfterAnswer } from "../../../netlify/events/work/work-after-answer.ts";
import { makeDelivery } from "../deliveries.ts";
import { stressHandlers } from "./handlers.ts";

/** What it is to do: take a delivery, or sweep. */
export type Order = { readonly deliver: readonly Record<string, unknown>[] } | { readonly sweep: true };
/** What it says: it is loaded; it would answer 204 now; all work of an order is over; it freezes in the middle of a call. */
export type News =
  | { readonly ready: true }
  | { readonly answered: number }
  | { readonly finished: number; readonly interrupted: readonly string[] }
  | { readonly freezing: true };

const { DATABASE_URL = "", CALLS_FILE = "", CLOCK_BASE = "", CLOCK_FACTOR = "" } = process.env;
const base = Number(CLOCK_BASE);
const factor = Number(CLOCK_FACTOR);
const say = (news: News, then?: () => void) => process.send?.(news, undefined, undefined, then);

/** The first instance that is in a call that takes long freezes. */
function freezeOnce(): void {
  try {
    writeFileSync(`${CALLS_FILE}.frozen`, String(process.pid), { flag: "wx" });
  } catch {
    return; // There is such a file: another one was the first.
  }
  say({ freezing: true }, () => process.kill(process.pid, "SIGSTOP"));
}

const clock: Clock = {
  now: () => base + (Date.now() - base) * factor,
  wait: (ms, signal) =>
    setTimeout(ms / factor, undefined, signal && { signal }).then(
      () => true,
      () => false,
    ),
};

const database = await openNetlifyDatabase({ connectionString: DATABASE_URL });
const handlers = stressHandlers({
  file: CALLS_FILE,
  clockFactor: factor,
  onLongCall: freezeOnce,
});
const lastLook = { at: null };

process.on("message", async (order: Order & { readonly id: number }) => {
  const interrupted: string[] = [];
  const work: Work = {
    database,
    handlers,
    environment: () => undefined,
    clock,
    lastLook,
    report: (event) => {
      if (event.kind === "work-interrupted") interrupted.push(event.error);
    },
  };
  const arrivedAt = clock.now();
  try {
    if ("sweep" in order) {
      const deadline = arrivedAt + 30_000;
      await sweep(work, { workDeadline: deadline, deadline, retentionDays: null });
    } else {
      const delivery = makeDelivery(order.deliver, { receivedAt: new Date(arrivedAt) });
      const recorded = await recordDelivery(database, delivery, { timeoutMs: 10_000 });
      if (recorded.outcome !== "recorded") throw recorded.cause;
      say({ answered: order.id });
      await workAfterAnswer(work, recorded, arrivedAt);
    }
  } catch (error) {
    interrupted.push(String(error));
  }
  say({ finished: order.id, interrupted });
});
say({ ready: true });
