/** Nothing has come yet: a first event at a press, and what to do until Okta's own come. */
import { ENDPOINT_PATH } from "../../../base/addresses.ts";
import { Command } from "../../components/buttons.tsx";
import { fetchHealth } from "../../data/api.ts";
import { useQuery } from "../../data/use-query.ts";
import { SetUpChecklist, siteUrl } from "../health/set-up-checklist.tsx";
import { SendSample } from "./send-sample.tsx";

export function FirstVisit({ local }: { local: boolean }) {
  const { value } = useQuery("health", fetchHealth, "changes");
  return (
    <div class="first-visit">
      <h1>Waiting for the first delivery</h1>
      <p class="lead">
        Whatever Okta sends to the endpoint appears here {local ? "within two seconds" : "within ten seconds"}
        ; there is no need to reload.
      </p>
      <h2>The endpoint</h2>
      <Command text={`${location.origin}${ENDPOINT_PATH}`} what="the endpoint's address" />
      {local && (
        <>
          <h2>See one event</h2>
          <p class="help">
            Sends “Create Okta user: Jane Doe” to the endpoint. The command does the same from a terminal.
          </p>
          <SendSample look="primary" />
          <Command text={`npm run hook -- preview${siteUrl()}`} what="the command" />
        </>
      )}
      {value !== null && <SetUpChecklist health={value} local={local} />}
    </div>
  );
}
