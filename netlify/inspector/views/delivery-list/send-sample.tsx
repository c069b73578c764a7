/** Sends a made event through the endpoint: the page's own Preview, on this machine only. */
import { useState } from "preact/hooks";
import { BusyButton } from "../../components/buttons.tsx";
import { explain, sendSample } from "../../data/api.ts";
import { useLive } from "../../data/use-live.ts";

export function SendSample({ look }: { look: "primary" | "quiet" }) {
  const { askNow } = useLive();
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState(false);

  async function send(): Promise<void> {
    setBusy(true);
    const answer = await sendSample();
    setSaid(answer.outcome === "ok" ? "Sent." : explain(answer));
    setBusy(false);
    askNow();
  }

  return (
    <p class="send">
      <BusyButton look={look} busy={busy} onPress={send}>
        {busy ? "Sending…" : "Send a sample event"}
      </BusyButton>
      <span role="status">{said}</span>
    </p>
  );
}
