/** Pauses a handler, or lets it run again. */
import { useState } from "preact/hooks";
import { ConfirmButton } from "../../components/buttons.tsx";
import { explain, pauseHandler, resumeHandler } from "../../data/api.ts";
import { cappedCount } from "../../time.ts";

export function PauseButton({
  handler,
  isPaused,
  waiting,
  onChanged,
}: {
  handler: string;
  isPaused: boolean;
  /** How many of its runs wait. */
  waiting: number;
  onChanged: () => Promise<void>;
}) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  async function change(): Promise<void> {
    setBusy(true);
    const answer = await (isPaused ? resumeHandler(handler) : pauseHandler(handler));
    setSaid(answer.outcome === "ok" ? "" : explain(answer));
    await onChanged();
    setBusy(false);
  }
  return (
    <>
      <ConfirmButton
        label={isPaused ? "Resume handler" : "Pause handler"}
        question={
          isPaused
            ? `The ${cappedCount(waiting)} that wait run.`
            : `Its runs wait until it is resumed: ${cappedCount(waiting)} now.`
        }
        confirmLabel={isPaused ? `Resume ${handler}` : `Pause ${handler}`}
        busy={busy}
        busyLabel={isPaused ? "Resuming…" : "Pausing…"}
        onConfirm={() => void change()}
      />
      <span role="status">{said}</span>
    </>
  );
}
