/** A button whose press takes a while. It is not `disabled` meanwhile: that would take the keyboard away. */
import type { ComponentChildren } from "preact";

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
