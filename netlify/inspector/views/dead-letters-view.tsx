/** Runs that failed for the last time. They rest here until somebody replays them. */
import { useState } from "preact/hooks";
import type { DeadReplayed, DeadRun, Replayed } from "../../api/contract.ts";
import { fetchDead, replayDead, replayEvent } from "../api.ts";
import { explain } from "../call-api.ts";
import { ConfirmButton } from "../parts/confirm-button.tsx";
import { EventType } from "../parts/event-type.tsx";
import { PrintableText } from "../parts/printable-text.tsx";
import { Problem } from "../parts/problem.tsx";
import { Tag } from "../parts/tag.tsx";
import { formatRoute, noFilter } from "../route.ts";
import { counted } from "../time.ts";
import { useLive } from "../use-live.ts";
import { usePages } from "../use-pages.ts";
import { useWhenChanged } from "../use-when-changed.ts";
import { RunAttempts } from "./run-state.tsx";

export function DeadLettersView() {
  const { feed, askNow } = useLive();
  const { rows, problem, more, loadMore, again, busy } = usePages("dead", async (_, cursor) => {
    const answer = await fetchDead(cursor);
    return answer.outcome === "ok"
      ? { outcome: "ok", value: { rows: answer.value.dead, next: answer.value.next } }
      : answer;
  });
  const [said, setSaid] = useState("");
  const [replaying, setReplaying] = useState(false);
  const dead = feed?.dead ?? 0;
  useWhenChanged(dead, again);

  async function replay(run?: DeadRun): Promise<void> {
    setReplaying(true);
    const answer = await (run === undefined ? replayDead() : replayEvent(run.uuid, run.handler));
    setSaid(answer.outcome === "ok" ? queuedWords(answer.value) : explain(answer));
    await again();
    askNow();
    setReplaying(false);
  }

  return (
    <section class="dead" aria-labelledby="dead-title">
      <div class="bar">
        <h1 id="dead-title">Dead letters</h1>
        <span role="status">{said}</span>
        {rows?.some(({ listed }) => listed) && (
          <ConfirmButton
            label="Replay all"
            question="Each handler runs again for its event."
            confirmLabel={`Replay ${counted(Math.max(dead, rows.length), "dead letter")}`}
            busy={replaying}
            onConfirm={() => void replay()}
          />
        )}
      </div>
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      {rows === null && problem === null && <p class="loading">Loading…</p>}
      {rows?.length === 0 && (
        <div class="empty">
          <p>None. A handler that fails again and again ends here, and waits until you replay it.</p>
        </div>
      )}
      <ul>
        {rows?.map((run) => (
          <li key={`${run.uuid} ${run.handler}`}>
            <div class="run">
              <strong>
                <PrintableText text={run.handler} />
              </strong>
              <a href={formatRoute({ view: "events", filter: noFilter, uuid: run.uuid })}>
                <EventType type={run.eventType} />
              </a>
              <RunAttempts run={run} />
              {run.listed ? (
                <button type="button" disabled={replaying} onClick={() => void replay(run)}>
                  Replay
                  <span class="unseen"> {run.handler}</span>
                </button>
              ) : (
                <Tag>no longer there</Tag>
              )}
            </div>
            {run.lastError !== null && (
              <pre class="error">
                <PrintableText text={run.lastError} />
              </pre>
            )}
          </li>
        ))}
      </ul>
      {more && (
        <p class="more">
          <button type="button" disabled={busy} onClick={() => void loadMore()}>
            Show more
          </button>
        </p>
      )}
    </section>
  );
}

function queuedWords(replayed: Replayed | DeadReplayed): string {
  const left = "left" in replayed ? replayed.left : [];
  const kept = left.map(
    ({ reason, count }) => ` ${counted(count, "dead letter")} left: ${WHY_LEFT[reason]}.`,
  );
  return [`Queued ${counted(replayed.queued, "run")}.`, ...kept].join("");
}

const WHY_LEFT = {
  "handler-gone": "their handler is gone",
  "payload-gone": "their event is past its retention",
} as const;
