/** A button for what cannot be taken back: the second press counts. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export interface ConfirmButtonProps {
  readonly label: string;
  /** What is to be known before the second press, e.g. `It did its work already.` */
  readonly question: string;
  /** What the second button says, e.g. `Run 3 handlers again`. */
  readonly confirmLabel: string;
  readonly busy: boolean;
  /** What the button says meanwhile: default: `Queueing…`. */
  readonly busyLabel?: string;
  readonly onConfirm: () => void;
}

export function ConfirmButton(props: ConfirmButtonProps) {
  const { label, busy, busyLabel = "Queueing…" } = props;
  // The question stays what it was at the first press, whatever comes meanwhile: the second press confirms what was read.
  const [asked, setAsked] = useState<ConfirmButtonProps | null>(null);
  const first = useRef<HTMLButtonElement>(null);
  const second = useRef<HTMLButtonElement>(null);
  const wasAsked = useRef(false);
  // The keyboard follows the question and comes back from it; in between it is where a person takes it.
  useLayoutEffect(() => {
    if (asked !== null) second.current?.focus();
    else if (wasAsked.current) first.current?.focus();
    wasAsked.current = asked !== null;
  }, [asked]);

  const cancelByKey = (press: KeyboardEvent) => {
    if (press.key !== "Escape") return;
    press.preventDefault();
    setAsked(null);
  };
  if (asked === null) {
    return (
      <button
        type="button"
        ref={first}
        // Not `disabled`: that would take the keyboard away.
        aria-disabled={busy}
        onClick={() => {
          if (!busy) setAsked(props);
        }}
      >
        {busy ? busyLabel : label}
      </button>
    );
  }
  return (
    <span class="confirm">
      <span>{asked.question}</span>
      <button
        type="button"
        class="primary"
        ref={second}
        onKeyDown={cancelByKey}
        onClick={() => {
          setAsked(null);
          asked.onConfirm();
        }}
      >
        {asked.confirmLabel}
      </button>
      <button type="button" onKeyDown={cancelByKey} onClick={() => setAsked(null)}>
        Cancel
      </button>
    </span>
  );
}
