/** How each handler fared with an event: its tries, what caused them, and running or discarding them. */
import { useState } from "preact/hooks";
import type { Answer } from "../../../api/client/call-api.ts";
import type { EventDetail, Run, RunDetail } from "../../../api/schema/events.ts";
import { BusyButton, ConfirmButton } from "../../components/buttons.tsx";
import { noRunsSentence, Tag } from "../../components/tag.tsx";
import { PrintableText, Time } from "../../components/text.tsx";
import { discardFailing, explain, replayEvent } from "../../data/api.ts";
import { formatRoute, noFilter } from "../../routing/route.ts";
import { counted, duration } from "../../time.ts";
import { RunState } from "./run-state.tsx";

export function Runs({ event, onReplayed }: { event: EventDetail; onReplayed: () => Promise<void> }) {
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);
  const { runs, filteredOut, uuid, json, handlers } = event;
  const replayable = runs.filter(({ registered }) => registered);

  async function act<Value>(ask: Promise<Answer<Value>>, words: (value: Value) => string): Promise<void> {
    setBusy(true);
    const answer = await ask;
    setSaid(answer.outcome === "ok" ? words(answer.value) : explain(answer));
    await onReplayed();
    setBusy(false);
  }
  const replay = (handler?: string) =>
    act(replayEvent(uuid, handler), ({ queued }) => `${counted(queued, "run")} queued.`);
  const discard = (handler: string) =>
    act(
      discardFailing({ runs: [{ uuid, handler }] }),
      ({ discarded }) => `Discarded ${counted(discarded, "dead letter")}.`,
    );

  return (
    <section class="runs">
      <h3>Handlers</h3>
      {filteredOut.length === 0 && handlers.noRuns !== null && <p class="help">{noRunsSentence(handlers)}</p>}
      <ul>
        {runs.map((run) => (
          <li key={run.handler}>
            <div class="run">
              <strong>
                <PrintableText text={run.handler} />
              </strong>
              <RunState run={run} />
              {run.cause !== "event" && <span class="aside">caused by {causes[run.cause]}</span>}
              <RunLine run={run} />
              {!run.registered && <Tag>no longer there</Tag>}
              <span class="actions">
                {run.registered && json !== null && (
                  <RunButton run={run} busy={busy} onPress={() => replay(run.handler)} />
                )}
                {run.state === "dead" && (
                  <ConfirmButton
                    label="Discard"
                    question="It is not listed as failing any more. The event stays."
                    confirmLabel="Discard this dead letter"
                    busy={busy}
                    busyLabel="Discarding…"
                    onConfirm={() => void discard(run.handler)}
                  />
                )}
              </span>
            </div>
            <Tries run={run} />
          </li>
        ))}
      </ul>
      {filteredOut.map((name) => (
        <p class="help left-out" key={name}>
          <strong>
            <PrintableText text={name} />
          </strong>
          : its <code>when</code> filters this event out.
        </p>
      ))}
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

const causes: Record<RunDetail["cause"], string> = {
  event: "its event",
  replay: "a replay",
  "catch-up": "catch-up: its event was fetched from the System Log",
};

const replayQuestions: Partial<Record<Run["state"], string>> = {
  done: "It did its work already.",
  superseded: "A newer event of its line was there.",
  dead: "It failed for good.",
  discarded: "It failed for good.",
};

/** What waits is tried now, what is over runs again; what runs at this moment is left alone. */
function RunButton({ run, busy, onPress }: { run: Run; busy: boolean; onPress: () => Promise<void> }) {
  const question = replayQuestions[run.state];
  if (question !== undefined) {
    return (
      <ConfirmButton
        label="Replay"
        question={question}
        confirmLabel="Run it again"
        busy={busy}
        onConfirm={() => void onPress()}
      />
    );
  }
  if (run.state === "running" || run.paused) return null;
  return (
    <BusyButton look="now" busy={busy} onPress={onPress}>
      Try now
      <span class="sr-only"> {run.handler}</span>
    </BusyButton>
  );
}

/** The last ten tries, the newest first. */
function Tries({ run: { lastTries, lastError } }: { run: RunDetail }) {
  if (lastTries.length === 0) {
    return lastError === null ? null : (
      <pre class="error">
        <PrintableText text={lastError} />
      </pre>
    );
  }
  return (
    <ol class="tries" aria-label="Its last tries">
      {lastTries.toReversed().map(({ at, tookMs, error }) => (
        <li key={at}>
          <span class="aside">
            <Time at={at} look="short" />, {duration(tookMs)}
            {error === null && ", succeeded"}
          </span>
          {error !== null && (
            <pre class="error">
              <PrintableText text={error} />
            </pre>
          )}
        </li>
      ))}
    </ol>
  );
}

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
