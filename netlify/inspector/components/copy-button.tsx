/** Copies a text exactly, and says whether it did. */
import { useEffect, useState } from "preact/hooks";

const SAID_FOR_MS = 2_000;

/** @param label what stands on the button: `Copy` unless told */
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
