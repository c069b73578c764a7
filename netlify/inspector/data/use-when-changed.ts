/** Does something when a value is another than before; not at first. */
import { useEffect, useRef } from "preact/hooks";

export function useWhenChanged(value: unknown, act: () => Promise<void>): void {
  const before = useRef(value);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    void act();
  }, [value, act]);
}
