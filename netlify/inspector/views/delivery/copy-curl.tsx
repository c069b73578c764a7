/** Copies a delivery as a curl command: its body put together again of its envelope and its events. */
import { useState } from "preact/hooks";
import { ENDPOINT_PATH } from "../../../addresses.ts";
import type { DeliveryDetail } from "../../../api/contract/deliveries.ts";
import { fetchEvent } from "../../asking/api.ts";
import { explain } from "../../asking/call-api.ts";
import { curlOf } from "./delivery-curl.ts";

/** A command line longer than some 100 kB is refused by shells. */
const MOST_EVENTS = 20;

export function CopyCurl({ delivery }: { delivery: DeliveryDetail }) {
  const [said, setSaid] = useState("");
  const uuids = [...delivery.events.map(({ uuid }) => uuid), ...delivery.duplicateUuids];
  if (uuids.length === 0 || uuids.length > MOST_EVENTS || delivery.unreadable.length > 0) return null;

  async function copy(): Promise<void> {
    const events: string[] = [];
    for (const answer of await Promise.all(uuids.map(fetchEvent))) {
      if (answer.outcome !== "ok") return setSaid(explain(answer));
      if (answer.value.json === null) return setSaid("An event of it is past its retention.");
      events.push(answer.value.json);
    }
    const command = curlOf(`${location.origin}${ENDPOINT_PATH}`, delivery.envelope, events);
    if (command === null) return setSaid("The envelope has no place for its events.");
    try {
      await navigator.clipboard.writeText(command);
      setSaid("Copied. It reads the secret from $OKTA_HOOK_SECRET.");
    } catch {
      setSaid("The browser does not allow copying here.");
    }
  }

  return (
    <p class="send">
      <button type="button" onClick={() => void copy()}>
        Copy as curl
      </button>
      <span role="status">{said}</span>
    </p>
  );
}
