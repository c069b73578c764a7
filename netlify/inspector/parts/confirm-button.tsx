/** A button for what cannot be taken back: the second press counts. */
import { useState } from "preact/hooks";

export interface ConfirmButtonProps {
  readonly label: string;
  /** What the second button says, e.g. `Yes, run 3 handlers again`. */
  readonly question: string;
  readonly confirmLabel: string;
  readonly busy: boolean;
  readonly onConfirm: () => void;
}

export function ConfirmButton({ label, question, confirmLabel, busy, onConfirm }: ConfirmButtonProps) {
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <button type="button" disabled={busy} onClick={() => setAsked(true)}>
        {busy ? "Queueing…" : label}
      </button>
    );
  }
  return (
    <span class="confirm">
      <span>{question}</span>
      <button
        type="button"
        class="primary"
        ref={(button) => button?.focus()}
        onClick={() => {
          setAsked(false);
          onConfirm();
        }}
      >
        {confirmLabel}
      </button>
      <button type="button" onClick={() => setAsked(false)}>
        Cancel
      </button>
    </span>
  );
}
