/** What is left to do until Okta's first delivery, each step with its command. Gone once one has come. */

import type { ComponentChildren } from "preact";
import type { Health, Setup } from "../../../api/schema/health.ts";
import { ENDPOINT_PATH, LOCAL_SITE } from "../../../base/addresses.ts";
import { Command } from "../../components/buttons.tsx";
import { Tag } from "../../components/tag.tsx";

/** The handler that every clone begins with. */
const SAMPLE_HANDLER = "greet-new-user";

export function SetUpChecklist({ health, local }: { health: Health; local: boolean }) {
  const { hook, setup } = health;
  if (setup.lastDeliveryAt !== null) return null;
  return (
    <section class="set-up" aria-labelledby="set-up-title">
      <h2 id="set-up-title">Until Okta's first delivery</h2>
      <ol class="steps">
        <SecretStep setup={setup} />
        <Step title="Create the event hook" done={hook !== null}>
          <p>
            {local
              ? "Hookdeck gives this machine an address that Okta can reach; the second command creates the hook in your org with it. In the Admin Console it is under Workflow, Event Hooks."
              : "In your org, with this site's address. In the Admin Console it is under Workflow, Event Hooks."}
          </p>
          {local && <Command text="npm run hookdeck" what="the command that starts Hookdeck" />}
          <Command
            text={
              local
                ? "npm run hook -- okta create --url <Hookdeck's address>"
                : `npm run hook -- okta create${siteUrl()}`
            }
            what="the command that creates the hook"
          />
        </Step>
        <Step title="Verify it" done={hook?.verified === true}>
          <p>Okta asks once whether the endpoint is yours. This command asks as Okta does.</p>
          <Command text={`npm run hook -- verify${siteUrl()}`} what="the command that verifies" />
        </Step>
        <Step title="Write a handler" done={(setup.handlers ?? []).some((name) => name !== SAMPLE_HANDLER)}>
          <p>
            It runs for each event of its type. There {setup.handlers?.length === 1 ? "is" : "are"} now:{" "}
            {setup.handlers?.join(", ") || "none"}.
          </p>
          <Command
            text="npm run hook -- new handler offboard-user --on user.lifecycle.deactivate"
            what="the command that writes a handler"
          />
        </Step>
        <Step title="Deploy" done={!local}>
          <p>A site of its own takes deliveries day and night. This machine does only while it runs.</p>
          <Command text="npx netlify deploy --prod" what="the command that deploys" />
        </Step>
      </ol>
    </section>
  );
}

function SecretStep({ setup: { secret } }: { setup: Setup }) {
  return (
    <Step title="Set the secret" done={secret === "set"}>
      <p>
        {secret === "unusable"
          ? "The endpoint's settings cannot be used as they are. This says why:"
          : "Okta sends it with each call; a call without it is turned away. The same value goes into the event hook's authentication secret."}
      </p>
      <Command
        text={secret === "unusable" ? "npm run hook -- doctor" : "npm run hook -- init --basic"}
        what="the command for the secret"
      />
    </Step>
  );
}

function Step({ title, done, children }: { title: string; done: boolean; children: ComponentChildren }) {
  return (
    <li class={done ? "done" : undefined}>
      <h3>
        {title} {done && <Tag tone="good">done</Tag>}
      </h3>
      {children}
    </li>
  );
}

/** ` --url …`, for a command that is to reach this site; nothing where it would find it by itself. */
export function siteUrl(): string {
  return location.origin === LOCAL_SITE ? "" : ` --url ${location.origin}${ENDPOINT_PATH}`;
}
