/** Says whether what is on the screen is up to date; and why not, where it is not. */
import { useEffect, useState } from "preact/hooks";
import { useLive } from "./data/use-live.ts";
import { duration } from "./time.ts";

const REGAINED_SAID_FOR_MS = 6_000;

export function ConnectionState() {
  const { connection, everyMs, askNow } = useLive();
  const regained = connection.state === "live" && connection.regained;
  const [saidRegained, setSaidRegained] = useState(false);
  useEffect(() => {
    setSaidRegained(regained);
    if (!regained) return;
    const timer = setTimeout(() => setSaidRegained(false), REGAINED_SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [regained]);

  return (
    <div class={`connection ${connection.state}`}>
      <span class="lamp" aria-hidden="true" />
      <span role="status">{words()}</span>
      {(connection.state === "paused" || connection.state === "lost") && (
        <button type="button" class="quiet" onClick={askNow}>
          {connection.state === "paused" ? "Go on" : "Try now"}
        </button>
      )}
    </div>
  );

  function words(): string {
    switch (connection.state) {
      case "opening":
        return "Connecting…";
      case "live":
        return saidRegained ? "Connected again" : "Live";
      case "lost":
        return `Connection lost. ${connection.why} Trying every ${duration(everyMs).replace(".0", "")}.`;
      case "paused":
        return "Paused: not used for 10 minutes.";
    }
  }
}
