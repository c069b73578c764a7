/** What needs somebody: runs that failed for the last time, and runs that failed and are tried again. */
import { useLive } from "../../data/use-live.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { Retries } from "./retries.tsx";

export function FailingView() {
  const { feed } = useLive();
  if (feed === null) {
    return (
      <div class="empty">
        <h1>Failing</h1>
        <p>Loading…</p>
      </div>
    );
  }
  const { dead, retrying, revision } = feed;
  return (
    <div class="failing">
      <h1>Failing</h1>
      {dead === 0 && retrying === 0 && (
        <p class="all-well">
          Nothing fails. A handler that throws is listed here until it has done its work.
        </p>
      )}
      <DeadLetters revision={revision} />
      <Retries revision={revision} />
    </div>
  );
}
