/** A site where everything happened that can: what pictures and looks need. */
import { anEvent } from "../../support/hook-body.ts";
import { typeHook } from "../../support/type-hook.ts";
import { anOrg, aReceiver } from "./an-org.ts";
import { deliverMorning } from "./deliver-morning.ts";
import { deliver } from "./real-api.ts";
import type { ServedSite, Site } from "./use-site.ts";

const HOUR_MS = 3_600_000;

/** Needs the demo handlers. */
export async function aBusySite(serve: Site["serve"]): Promise<ServedSite> {
  const { org, environment, createHook } = await anOrg();
  const receiver = await aReceiver();
  Object.assign(environment, {
    ALERT_URL: receiver.url,
    ALERT_SECRET: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
  });
  const site = await serve({ environment });

  // Okta delivers nothing for some hours: the sweep fetches it.
  const hook = createHook(site.url);
  hook.verificationStatus = "VERIFIED";
  const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  org.log.now = () => thisHour - 6 * HOUR_MS;
  await site.sweep();
  org.log.now = () => thisHour - 3 * HOUR_MS;
  const published = new Date(org.log.now()).toISOString();
  await org.emit([{ ...anEvent({ uuid: "missed", published }), uuid: "missed", published }], {
    deliver: false,
  });
  org.log.now = () => Date.now();
  await site.sweep();
  receiver.takes = false;
  hook.verificationStatus = "UNVERIFIED";
  await site.sweep();

  await deliverMorning(site.url, new Date(), 16);
  await deliver(site.url, anEvent({ uuid: "odd", version: 7, displayMessage: "\u202Eevil" }));
  await deliver(site.url, anEvent({ uuid: null }), anEvent({ uuid: "beside-an-unreadable" }));
  const gone = { id: "00ugone", type: "User", alternateId: "gone@example.com", displayName: "Gone" };
  await deliver(site.url, anEvent({ uuid: "forgotten", eventType: "user.session.start", target: [gone] }));
  await fetch(`${site.url}/okta-webhooks-endpoint`, { method: "POST", body: "x" });
  await site.settled();
  await typeHook(["forget", "gone@example.com", "--yes", "--url", site.url]);
  await write(site, "handlers/greet-new-user/pause", {});
  await deliver(site.url, anEvent({ uuid: "waits" }));
  await site.settled();
  return site;
}

/** A write of the machine's own owner, as the commands make it. */
async function write(site: ServedSite, path: string, body: object): Promise<void> {
  const session: { writeToken: string } = JSON.parse(await (await fetch(`${site.url}/api/session`)).text());
  const response = await fetch(`${site.url}/api/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-inspector-token": session.writeToken },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
}
