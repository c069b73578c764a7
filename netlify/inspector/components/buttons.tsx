/** Buttons, and what stands around them. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** A button whose press takes a while. It is not `disabled` meanwhile: that would take the keyboard away. */
export interface BusyButtonProps {
  readonly busy: boolean;
  readonly onPress: () => Promise<void>;
  readonly look?: string;
  readonly children: ComponentChildren;
}

export function BusyButton({ busy, onPress, look, children }: BusyButtonProps) {
  return (
    <button
      type="button"
      class={look}
      aria-disabled={busy}
      onClick={() => {
        if (!busy) void onPress();
      }}
    >
      {children}
    </button>
  );
}

/** A button for what cannot be taken back: the second press counts. */
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

const SAID_FOR_MS = 2_000;

/** @param label what stands on the button; default: `Copy` */
export function CopyButton({ text, what, label = "Copy" }: { text: string; what: string; label?: string }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [said]);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied");
    } catch {
      setSaid("Not allowed");
    }
  }

  return (
    <button type="button" class="quiet copy" onClick={copy} title={`Copy ${what}`}>
      <span aria-live="polite">{said || label}</span>
      {label === "Copy" && <span class="sr-only"> {what}</span>}
    </button>
  );
}

/** One line to type or to paste elsewhere. */
export function Command({ text, what }: { text: string; what: string }) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} what={what} />
    </div>
  );
}

/** Under a list that comes in pages: the way to its further rows; and over it, to what is new. */
export function More({
  busy,
  onPress,
  label,
}: {
  busy: boolean;
  onPress: () => Promise<void>;
  label: string;
}) {
  return (
    <p class="more">
      <BusyButton busy={busy} onPress={onPress}>
        {busy ? "Loading…" : label}
      </BusyButton>
    </p>
  );
}

export function ShowNew({ what, onPress }: { what: string; onPress: () => void }) {
  return (
    <p class="more">
      <button type="button" class="primary" onClick={onPress}>
        Show new {what}
      </button>
    </p>
  );
}
