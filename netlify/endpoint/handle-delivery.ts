/** A delivery's way: recorded, answered, then handled. Nothing is answered before it is recorded, or run before it is answered. */
import { loadOnce } from "../base/load-once.ts";
import { setDirtyMarker } from "../blob-cache/dirty-markers.ts";
import type { Database } from "../events/database/database.ts";
import { openInstanceDatabase } from "../events/database/open-instance-database.ts";
import type { RecordResult } from "../events/record/record-delivery.ts";
import { answer } from "../hook/answer.ts";
import type { Delivery } from "../hook/delivery.ts";
import type { Invocation } from "../invocation/invocation.ts";
import type { LogStyle } from "../report/log-style.ts";
import { print, reportCacheProblem } from "../report/print.ts";
import { reportDelivery } from "../report/report-call.ts";
import type { Environment } from "../settings/environment.ts";

/** For recording, from the call's arrival. The rest of the 3 s that Okta waits is for the way here and back. */
const RECORD_BUDGET_MS = 2_400;
/** Recording gets at least this long, however much of the budget reading the call has used. */
const MIN_RECORD_MS = 500;

/** Answers 204 once the delivery is in the store, 503 where it could not be stored in time. */
export async function handleDelivery(
  delivery: Delivery,
  invocation: Invocation,
  { environment, style }: { readonly environment: Environment; readonly style: LogStyle },
): Promise<Response> {
  const { deploy } = invocation;
  const database = openInstanceDatabase({ deploy, environment });
  const recording = record(delivery, database);
  // Beside the recording: whatever becomes of it, the sweep looks unless this call knows that nothing is left.
  const marker = setDirtyMarker(invocation, database.id, (problem) =>
    print(reportCacheProblem(problem, style)),
  );
  const recorded = await recording;
  const arrivedAt = delivery.receivedAt.getTime();
  const answerMs = Date.now() - arrivedAt;
  // To a person it is reported after the work, in one block with what the handlers did.
  if (style.reader === "machine" || recorded.outcome === "unavailable") {
    print(reportDelivery({ delivery, recorded, answerMs }, style));
  }
  if (recorded.outcome === "unavailable") {
    // Given up is not cancelled: the database may record it all the same.
    invocation.waitUntil(marker.end(false));
    return answer({ outcome: "store-unavailable" });
  }
  const call = { deploy, environment, database, arrivedAt, marker, answerMs, style };
  invocation.waitUntil(
    loadWork().then(({ workAfterDelivery }) => workAfterDelivery(delivery, recorded, call)),
  );
  return answer({ outcome: "recorded" });
}

const loadRecording = loadOnce(() => import("../events/record/record-delivery.ts"));
const loadWork = loadOnce(() => import("../invocation/work-after-response.ts"));

/** The store is loaded only now: a stranger's call or a verification needs none of it. */
async function record(delivery: Delivery, database: Database): Promise<RecordResult> {
  const { recordDelivery } = await loadRecording();
  const spentMs = Date.now() - delivery.receivedAt.getTime();
  const timeoutMs = Math.max(RECORD_BUDGET_MS - spentMs, MIN_RECORD_MS);
  return recordDelivery(database, delivery, { timeoutMs });
}
