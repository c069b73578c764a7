/** A button for what cannot be taken back: the second press counts. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export interface ConfirmButtonProps {
  readonly label: string;
  /** What is to be known before the second press, e.g. `It did its work already.` */
  readonly question: string;
  /** What the second button says, e.g. `Run 3 handlers again`. */
  readonly confirmLabel: string;
  readonly busy: boolean;
  /** What the button says meanwhile: `Queueing…` unless told. */
  readonly busyLabel?: string;
  readonly onConfirm: () => void;
}

export function ConfirmButton({
  label,
  question,
  confirmLabel,
  busy,
  busyLabel = "Queueing…",
  onConfirm,
}: ConfirmButtonProps) {
  const [asked, setAsked] = useState(false);
  const first = useRef<HTMLButtonElement>(null);
  const second = useRef<HTMLButtonElement>(null);
  const wasAsked = useRef(false);
  // The keyboard follows the question and comes back from it; in between it is where a person takes it.
  useLayoutEffect(() => {
    if (asked) second.current?.focus();
    else if (wasAsked.current) first.current?.focus();
    wasAsked.current = asked;
  }, [asked]);

  if (!asked) {
    return (
      <button
        type="button"
        ref={first}
        // Not `disabled`: that would take the keyboard away.
        aria-disabled={busy}
        onClick={() => {
          if (!busy) setAsked(true);
        }}
      >
        {busy ? busyLabel : label}
      </button>
    );
  }
  return (
    <span class="confirm">
      <span>{question}</span>
      <button
        type="button"
        class="primary"
        ref={second}
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
