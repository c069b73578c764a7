/** The handlers: what they listen to, whether they can run, what of their runs is not done; pausing and resuming them. */
import { useState } from "preact/hooks";
import type { HandlerStatus } from "../../../api/schema/handlers.ts";
import { PrintableText } from "../../components/printable-text.tsx";
import { Problem } from "../../components/problem.tsx";
import { Tag } from "../../components/tag.tsx";
import { Time } from "../../components/time.tsx";
import { explain, fetchHandlers, pauseHandler, resumeHandler } from "../../data/api.ts";
import { useQuery } from "../../data/use-query.ts";
import { counted } from "../../time.ts";

export function HandlerList() {
  const { value, problem, again } = useQuery("handlers", fetchHandlers, "changes");
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

function HandlerLine({ handler, onChanged }: { handler: HandlerStatus; onChanged: () => Promise<void> }) {
  const { name, on, registered, pausedAt, failing, settings, runs } = handler;
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
        {pausedAt !== null && <Tag tone="warn">paused</Tag>}
        {!registered && <Tag>no longer there</Tag>}
        {(registered || pausedAt !== null) && (
          <button type="button" aria-disabled={busy} onClick={() => !busy && void change()}>
            {pausedAt === null ? "Pause" : "Resume"}
            <span class="sr-only"> {name}</span>
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
            <p key={variable} class="fix">
              <PrintableText text={`${variable} ${problem}`} />
            </p>
          ),
      )}
    </li>
  );
}
