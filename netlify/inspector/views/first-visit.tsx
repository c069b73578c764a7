/** Nothing has come yet: what to do next, ready to copy. */
import { ENDPOINT_PATH, LOCAL_SITE } from "../../addresses.ts";
import { Command } from "../parts/command.tsx";
import { SendSample } from "./send-sample.tsx";

export function FirstVisit({ local }: { local: boolean }) {
  const endpoint = `${location.origin}${ENDPOINT_PATH}`;
  const url = location.origin === LOCAL_SITE ? "" : ` --url ${endpoint}`;
  return (
    <div class="first-visit">
      <h1>Waiting for the first delivery</h1>
      <p class="lead">
        Whatever Okta sends to the endpoint appears here {local ? "within two seconds" : "within ten seconds"}
        ; there is no need to reload.
      </p>
      <h2>The endpoint</h2>
      <Command text={endpoint} what="the endpoint's address" />
      {local ? <LocalSteps url={url} /> : <DeployedSteps url={url} endpoint={endpoint} />}
    </div>
  );
}

function LocalSteps({ url }: { url: string }) {
  return (
    <ol class="steps">
      <li>
        <h2>See one event</h2>
        <p>Sends “Create Okta user: Jane Doe” to the endpoint. The command does the same from a terminal.</p>
        <SendSample look="primary" />
        <Command text={`npm run hook -- preview${url}`} what="the command" />
      </li>
      <li>
        <h2>Play Okta's verification</h2>
        <p>Okta asks once whether the endpoint is yours before it sends anything.</p>
        <Command text={`npm run hook -- verify${url}`} what="the command" />
      </li>
      <li>
        <h2>Let Okta in</h2>
        <p>
          Hookdeck gives this machine an address that Okta can reach. Put that address into the event hook.
        </p>
        <Command text="npm run hookdeck" what="the command" />
      </li>
    </ol>
  );
}

function DeployedSteps({ url, endpoint }: { url: string; endpoint: string }) {
  return (
    <ol class="steps">
      <li>
        <h2>Try the way to it</h2>
        <p>From your clone, with the same OKTA_HOOK_SECRET in its .env as this site has.</p>
        <Command text={`npm run hook -- verify${url}`} what="the command" />
      </li>
      <li>
        <h2>Create the event hook in Okta</h2>
        <p>
          In the Admin Console, Workflow, Event Hooks: create one with the URL {endpoint}, the authentication
          header of this site, and the event types that you want. Then verify it.
        </p>
      </li>
      <li>
        <h2>Preview</h2>
        <p>In the hook's Preview tab choose an event and deliver it.</p>
      </li>
    </ol>
  );
}
