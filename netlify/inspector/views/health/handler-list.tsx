/** The handlers: what they listen to, whether they can run, what of their runs is not done; pausing and resuming them. */
import { useState } from "preact/hooks";
import type { HandlerStanding } from "../../../api/contract/handlers.ts";
import { fetchHandlers, pauseHandler, resumeHandler } from "../../asking/api.ts";
import { explain } from "../../asking/call-api.ts";
import { useFollowedAnswer } from "../../asking/use-followed-answer.ts";
import { PrintableText } from "../../parts/printable-text.tsx";
import { Problem } from "../../parts/problem.tsx";
import { Tag } from "../../parts/tag.tsx";
import { Time } from "../../parts/time.tsx";
import { counted } from "../../time.ts";

export function HandlerList() {
  const { value, problem, again } = useFollowedAnswer("handlers", fetchHandlers);
  return (
    <section class="handler-list" aria-labelledby="handlers-title">
      <h2 id="handlers-title">Handlers</h2>
      {problem !== null && <Problem text={problem} retry={() => void again()} />}
      {value !== null && value.handlers.length === 0 && <p class="help">There is none yet.</p>}
      {value !== null && value.handlers.length > 0 && (
        <ul>
          {value.handlers.map((handler) => (
            <HandlerLine key={handler.name} handler={handler} onChanged={again} />
          ))}
        </ul>
      )}
    </section>
  );
}

function HandlerLine({ handler, onChanged }: { handler: HandlerStanding; onChanged: () => Promise<void> }) {
  const { name, on, listed, pausedAt, failing, settings, runs } = handler;
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");

  async function change(): Promise<void> {
    setBusy(true);
    const answer = await (pausedAt === null ? pauseHandler(name) : resumeHandler(name));
    setSaid(answer.outcome === "ok" ? "" : explain(answer));
    await onChanged();
    setBusy(false);
  }

  return (
    <li>
      <p class="handler">
        <strong>
          <PrintableText text={name} />
        </strong>
        {pausedAt !== null && <Tag tone="odd">paused</Tag>}
        {!listed && <Tag>no longer there</Tag>}
        {(listed || pausedAt !== null) && (
          <button type="button" aria-disabled={busy} onClick={() => !busy && void change()}>
            {pausedAt === null ? "Pause" : "Resume"}
            <span class="unseen"> {name}</span>
          </button>
        )}
        <span role="status">{said}</span>
      </p>
      <p class="aside">
        {on.length > 0 && <PrintableText text={`${on.join(", ")}; `} />}
        {counted(runs.waiting, "run")} waiting, {counted(runs.retrying, "retry", "retries")},{" "}
        {counted(runs.dead, "dead letter")}
        {pausedAt !== null && (
          <>
            ; paused <Time at={pausedAt} />, its runs wait
          </>
        )}
      </p>
      {failing !== null && (
        <p class="cure">
          <PrintableText text={failing} />
        </p>
      )}
      {settings.map(
        ({ variable, problem }) =>
          problem !== null && (
            <p key={variable} class="cure">
              <PrintableText text={`${variable} ${problem}`} />
            </p>
          ),
      )}
    </li>
  );
}
