/** How each handler fared with an event, and running them once more. */
import { useState } from "preact/hooks";
import type { EventDetail, Run, RunDetail } from "../../../api/schema/events.ts";
import { BusyButton } from "../../components/busy-button.tsx";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { PrintableText } from "../../components/printable-text.tsx";
import { Tag } from "../../components/tag.tsx";
import { explain, replayEvent } from "../../data/api.ts";
import { formatRoute, noFilter } from "../../routing/route.ts";
import { type ReplayedRun, ReplayProgress } from "../failing/replay-progress.tsx";
import { RunState } from "./run-state.tsx";

export function Runs({ event, onReplayed }: { event: EventDetail; onReplayed: () => Promise<void> }) {
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const [replayed, setReplayed] = useState<{ round: number; queued: number; runs: ReplayedRun[] } | null>(
    null,
  );
  const { runs, filteredOut, uuid, json } = event;
  const replayable = runs.filter(({ registered }) => registered);

  async function replay(handler?: string): Promise<void> {
    setBusy(true);
    const answer = await replayEvent(uuid, handler);
    setSaid(answer.outcome === "ok" ? "" : explain(answer));
    if (answer.outcome === "ok") {
      const { queued } = answer.value;
      const asked = runs.filter((run) => handler === undefined || run.handler === handler);
      setReplayed((before) => ({
        round: (before?.round ?? 0) + 1,
        queued,
        runs: asked.map(({ handler: name, updatedAt }) => ({ uuid, handler: name, updatedAt })),
      }));
    }
    await onReplayed();
    setBusy(false);
  }

  return (
    <section class="runs">
      <h3>Handlers</h3>
      {event.notQueued === "published-too-long-ago" && (
        <p class="help">
          <Tag tone="warn">not run</Tag> It was published more than 90 days before it came, so no handler ran
          by itself: it may be an old call that somebody sent again. You can run them here.
        </p>
      )}
      {runs.length === 0 && filteredOut.length === 0 && (
        <p class="help">
          No handler has run for this event. <code>netlify/handlers/index.ts</code> lists those there are.
        </p>
      )}
      {runs.length > 0 && (
        <ul>
          {runs
            .map((run) => ({ run, replayQuestion: replayQuestions[run.state] }))
            .map(({ run, replayQuestion }) => (
              <li key={run.handler}>
                <div class="run">
                  <strong>
                    <PrintableText text={run.handler} />
                  </strong>
                  <RunState run={run} />
                  <RunLine run={run} />
                  {!run.registered && <Tag>no longer there</Tag>}
                  {run.registered && json !== null && isDue(run) && !run.paused && (
                    <BusyButton look="now" busy={busy} onPress={() => replay(run.handler)}>
                      Try now
                      <span class="sr-only"> {run.handler}</span>
                    </BusyButton>
                  )}
                  {run.registered && json !== null && replayQuestion !== undefined && (
                    <ConfirmButton
                      label="Replay"
                      question={replayQuestion}
                      confirmLabel="Run it again"
                      busy={busy}
                      onConfirm={() => void replay(run.handler)}
                    />
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
      )}
      {filteredOut.map((name) => (
        <p class="help left-out" key={name}>
          <strong>
            <PrintableText text={name} />
          </strong>
          : its <code>when</code> filters this event out.
        </p>
      ))}
      {replayed !== null && (
        <ReplayProgress key={replayed.round} queued={replayed.queued} replayed={replayed.runs} />
      )}
      <p class="send">
        {json !== null && replayable.length > 1 && (
          <ConfirmButton
            label="Replay all"
            question="Those that did their work do it again."
            confirmLabel={`Run ${replayable.length} handlers again`}
            busy={busy}
            onConfirm={() => void replay()}
          />
        )}
        {json !== null && runs.length === 0 && (
          <BusyButton busy={busy} onPress={() => replay()}>
            Run its handlers
          </BusyButton>
        )}
        <span role="status">{said}</span>
      </p>
    </section>
  );
}

const replayQuestions: Partial<Record<Run["state"], string>> = {
  done: "It did its work already.",
  superseded: "A newer event of its line was there.",
  dead: "It failed for good.",
  discarded: "It failed for good.",
};

/** Its line, and the other event there that it depends on. */
function RunLine({ run: { key, heldBy, supersededBy, late } }: { run: RunDetail }) {
  if (key === null) return null;
  const other = heldBy ?? supersededBy;
  return (
    <span class="aside">
      in the line <PrintableText text={key} />
      {other !== null && (
        <>
          , {heldBy === null ? "superseded by" : "held behind"}{" "}
          <a href={formatRoute({ view: "events", filter: noFilter, uuid: other })}>
            <PrintableText text={other} />
          </a>
        </>
      )}
      {late && ", late: a newer event of its line had begun"}
    </span>
  );
}

function isDue({ state }: Run): boolean {
  return state === "waiting" || state === "retrying";
}
