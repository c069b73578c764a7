/** A call that was turned away, and why. Only the last 200 are kept, on this machine only, without their bodies. */
import type { Rejection } from "../../../api/schema/deliveries.ts";
import { Fact, Facts, Headers } from "../../components/facts.tsx";
import { Problem } from "../../components/problem.tsx";
import { Tag } from "../../components/tag.tsx";
import { PrintableText, Time } from "../../components/text.tsx";

export function RejectionView({ rejection }: { rejection: Rejection | null }) {
  if (rejection === null) {
    return (
      <Problem text="No such rejected call is known any more. Only the last 200 are kept, on this machine only." />
    );
  }
  return (
    <>
      <h2>
        Rejected <Time at={rejection.receivedAt} />
      </h2>
      <p class="reason">
        <PrintableText text={rejection.reason} />
      </p>
      <Facts>
        <Fact name="Call">
          <code>
            <PrintableText text={`${rejection.method} ${rejection.path}`} />
          </code>
        </Fact>
        <Fact name="Answer">
          <Tag tone="bad">{rejection.status}</Tag> {retries(rejection.status)}
        </Fact>
      </Facts>
      <section>
        <h3>Headers</h3>
        <Headers headers={rejection.headers} />
      </section>
    </>
  );
}

/** Okta retries a 5xx once, a 4xx never (https://developer.okta.com/docs/concepts/event-hooks/). */
function retries(status: number): string {
  return status >= 500 ? "Okta tries such a call once more." : "Okta does not repeat such a call.";
}
