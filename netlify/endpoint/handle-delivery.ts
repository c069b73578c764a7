/** A delivery's way: recorded, answered, then handled. Nothing is answered before it is recorded, or run before it is answered. */
import { setTimeout as wait } from "node:timers/promises";
import { loadOnce } from "../base/load-once.ts";
import { type DirtyMarker, setDirtyMarker } from "../blob-cache/dirty-markers.ts";
import { type InstanceDatabase, openInstanceDatabase } from "../events/database/open-instance-database.ts";
import type { RecordResult } from "../events/record/record-delivery.ts";
import { mayRunWork } from "../events/work/may-run-work.ts";
import type { Following } from "../events/work/work-after-answer.ts";
import type { Reporter, WorkReport } from "../events/work/work-report.ts";
import type { Handler } from "../handler-kit/define-handler.ts";
import { answer } from "../hook/answer.ts";
import type { Delivery } from "../hook/delivery.ts";
import type { LogStyle } from "../report/log-style.ts";
import { print } from "../report/print.ts";
import { reportCacheProblem } from "../report/report-cache-problem.ts";
import { reportDelivery, reportFailure } from "../report/report-call.ts";
import type { Environment } from "../settings/environment.ts";
import type { Invocation } from "./invocation.ts";

/** A delivery that is in the store. */
type RecordedDelivery = Extract<RecordResult, { outcome: "recorded" }>;

/** For recording, from the call's arrival. The rest of the 3 s that Okta waits is for the way here and back. */
const RECORD_BUDGET_MS = 2_400;
/** Recording gets at least this long, however much of the budget reading the call has used. */
const MIN_RECORD_MS = 500;
/**
 * How long loading the queue waits, so that the answer is sent first. In a new instance loading it blocks the process for a
 * quarter of a second.
 */
const HEAD_START_MS = 20;

/** Answers 204 once the delivery is in the store, 503 where it could not be stored in time. */
export async function handleDelivery(
  delivery: Delivery,
  invocation: Invocation,
  { environment, style }: { readonly environment: Environment; readonly style: LogStyle },
): Promise<Response> {
  const database = openInstanceDatabase({ deploy: invocation.deploy, environment });
  const recording = record(delivery, database);
  // Beside the recording: whatever becomes of it, the sweep looks unless this call knows that nothing is left.
  const marker = setDirtyMarker(invocation, database.id, (problem) =>
    print(reportCacheProblem(problem, style)),
  );
  const recorded = await recording;
  const arrivedAt = delivery.receivedAt.getTime();
  const answerMs = Date.now() - arrivedAt;
  // A person gets one block, which says what the handlers did too: see `follow`.
  if (style.reader === "machine" || recorded.outcome === "unavailable") {
    print(reportDelivery({ delivery, recorded, answerMs }, style));
  }
  if (recorded.outcome === "unavailable") {
    // Given up is not cancelled: the database may record it all the same.
    invocation.waitUntil(marker.end(false));
    return answer({ outcome: "store-unavailable" });
  }
  const call = { arrivedAt, answerMs, environment, deploy: invocation.deploy, database };
  invocation.waitUntil(afterResponse({ delivery, recorded, marker }, call, style));
  return answer({ outcome: "recorded" });
}

const loadRecording = loadOnce(() => import("../events/record/record-delivery.ts"));

/** The store is loaded only now: a stranger's call or a verification needs none of it. */
async function record(delivery: Delivery, database: InstanceDatabase): Promise<RecordResult> {
  const { recordDelivery } = await loadRecording();
  const spentMs = Date.now() - delivery.receivedAt.getTime();
  const timeoutMs = Math.max(RECORD_BUDGET_MS - spentMs, MIN_RECORD_MS);
  return recordDelivery(database, delivery, { timeoutMs });
}

const loadReport = loadOnce(() => import("../report/report-work.ts"));
const loadFollowing = loadOnce(() =>
  Promise.all([import("../events/work/work-after-answer.ts"), import("../handler-kit/handler-list.ts")]),
);

/** What follows the answer: queue and handlers are loaded after it. */
async function afterResponse(
  {
    delivery,
    recorded,
    marker,
  }: { readonly delivery: Delivery; readonly recorded: RecordedDelivery; readonly marker: DirtyMarker },
  call: Pick<Following, "arrivedAt" | "answerMs" | "environment" | "deploy"> & {
    readonly database: InstanceDatabase;
  },
  style: LogStyle,
): Promise<void> {
  await wait(HEAD_START_MS);
  const { reportWork } = await loadReport();
  const block =
    style.reader === "machine"
      ? undefined
      : (await import("../report/delivery-block.ts")).openDeliveryBlock(
          { delivery, recorded, answerMs: call.answerMs },
          style,
        );
  let died = false;
  const report = (happened: WorkReport) => {
    died ||= happened.kind === "dead-letter";
    if (block === undefined) print(reportWork(happened, style));
    else block.report(happened);
  };
  let isClean = false;
  try {
    const [{ followDelivery }, { handlersFor }] = await loadFollowing();
    const handlers = await loadHandlers(report);
    if (handlers === null) return;
    block?.expect(handlersByUuid(delivery, recorded, (eventType) => handlersFor(handlers, eventType)));
    const isDone = await followDelivery(call.database, recorded, { ...call, handlers, report });
    // What an old deploy recorded is run by the published one.
    isClean = isDone && mayRunWork(call.deploy);
    if (died) {
      const { alertOnDeadLetters } = await import("../alerts/alert-on-dead-letters.ts");
      await alertOnDeadLetters(call.database, call.environment, call.arrivedAt);
    }
  } catch (error) {
    print(reportFailure(error, style, { status: 500, who: "work after the answer" }));
  } finally {
    block?.close();
    await marker.end(isClean);
  }
}

/** The delivery is recorded: its work is found again once the handlers load. */
async function loadHandlers(report: Reporter): Promise<readonly Handler[] | null> {
  try {
    return (await import("../handlers/index.ts")).handlers;
  } catch (error) {
    const { failureText } = await import("../events/work/failure-text.ts");
    report({ kind: "handlers-broken", error: failureText(error) });
    return null;
  }
}

/** The handlers that will run for the events that are new. */
function handlersByUuid(
  { events }: Delivery,
  { newUuids, tooOldUuids }: RecordedDelivery,
  handlersFor: (eventType: string) => readonly Handler[],
): ReadonlyMap<string, readonly string[]> {
  const tooOld = new Set(tooOldUuids);
  const isNew = new Set(newUuids.filter((uuid) => !tooOld.has(uuid)));
  return new Map(
    events
      .filter(({ event }) => isNew.has(event.uuid))
      .map(({ event }) => [event.uuid, handlersFor(event.eventType).map(({ name }) => name)]),
  );
}
