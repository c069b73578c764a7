/** Copies a delivery as a curl command. */
import { useState } from "preact/hooks";
import { ENDPOINT_PATH } from "../../../base/addresses.ts";
import { curlOf } from "./delivery-curl.ts";

export function CopyCurl({ deliveryId, body }: { deliveryId: string; body: string }) {
  const [said, setSaid] = useState("");

  async function copy(): Promise<void> {
    const command = curlOf({ endpoint: `${location.origin}${ENDPOINT_PATH}`, deliveryId, body });
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
