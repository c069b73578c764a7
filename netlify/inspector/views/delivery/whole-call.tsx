/** The call that brought a delivery: method, path, headers, its body put together again, and what we answered. */

import { useState } from "preact/hooks";
import type { DeliveryDetail } from "../../../api/schema/deliveries.ts";
import { ENDPOINT_PATH } from "../../../base/addresses.ts";
import { Headers } from "../../components/facts.tsx";
import { Problem } from "../../components/problem.tsx";
import { fetchBody } from "../../data/api.ts";
import { useQuery } from "../../data/use-query.ts";
import { JsonView } from "../../json/json-view.tsx";
import { duration } from "../../time.ts";
import { curlOf } from "./delivery-curl.ts";

export function WholeCall({ delivery }: { delivery: DeliveryDetail }) {
  const { call, answer, tookMs } = delivery;
  if (call === null) {
    return (
      <section>
        <h3>No call</h3>
        <p class="help">Okta did not deliver this: it was fetched from the System Log.</p>
      </section>
    );
  }
  return (
    <>
      <section>
        <h3>The call</h3>
        <p class="call">
          <strong>{call.method}</strong> {call.path}
        </p>
        <Headers headers={delivery.headers} />
        {delivery.bodyNote !== null && <p class="help">{delivery.bodyNote}</p>}
        <Body deliveryId={delivery.id} />
      </section>
      <section>
        <h3>Our answer</h3>
        {answer === null || tookMs === null ? (
          <p class="help">
            Not known: nothing was noted after it. The process ended, or the database was too slow and Okta
            got a 503. The delivery is stored.
          </p>
        ) : (
          <p class="call">
            <strong>{answer.status} No Content</strong>, an empty body, in {duration(tookMs)}
          </p>
        )}
      </section>
    </>
  );
}

function Body({ deliveryId }: { deliveryId: string }) {
  const { value, problem, again } = useQuery(deliveryId, fetchBody);
  if (problem !== null) return <Problem text={problem} retry={again} />;
  if (value === null) return <p class="loading">Loading…</p>;
  return (
    <>
      <JsonView text={value} what="the body" folded />
      <CopyCurl deliveryId={deliveryId} body={value} />
    </>
  );
}

/** Copies a delivery as a curl command. */
function CopyCurl({ deliveryId, body }: { deliveryId: string; body: string }) {
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
