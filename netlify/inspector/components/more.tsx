/** Under a list that comes in pages: the way to its further rows; and over it, to what is new. */
import { BusyButton } from "./busy-button.tsx";

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
