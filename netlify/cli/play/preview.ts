/** `npm run hook -- preview`: plays Okta's Preview, a delivery of one sample event, against an endpoint. */

import { OKTA_TIMEOUT_MS } from "../../hook/answer.ts";
import { readDelivery } from "../../hook/read-delivery.ts";
import { PREVIEW_HEADER } from "../../hook/read-origin.ts";
import type { HookSettings } from "../../settings/hook-settings.ts";
import type { Terminal } from "../terminal.ts";
import { callEndpoint } from "./call-endpoint.ts";
import { explainAnswer } from "./explain-answer.ts";

const SHOWN_UUIDS = 3;

/** What to deliver, where, and how often. */
export interface Preview {
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly settings: HookSettings;
  readonly count: number;
  /** What is delivered, in words. */
  readonly what: string;
  /** Makes the body of one delivery. */
  readonly makeBody: () => Uint8Array;
}

/** What became of a preview. */
export interface Delivered {
  readonly allAccepted: boolean;
  /** The events of what was accepted, each once. */
  readonly uuids: readonly string[];
}

/** Delivers, one after the other, and says status, latency and the events' uuids of each. */
export async function preview(order: Preview, terminal: Terminal): Promise<Delivered> {
  const { url, headers, settings, count, what } = order;
  terminal.out(`POST ${url.href}`);
  terminal.out(`     ${what}${count > 1 ? `, ${count} deliveries` : ""}`);
  const seen = new Set<string>();
  let accepted = 0;
  for (let turn = 1; turn <= count; turn++) {
    const body = order.makeBody();
    const answer = await callEndpoint({
      method: "POST",
      url,
      headers: new Map([
        ["content-type", "application/json"],
        ["accept", "application/json"],
        [PREVIEW_HEADER, "1"],
        ...headers,
      ]),
      body,
      settings,
    });
    if (answer.kind === "answered" && answer.status >= 200 && answer.status < 300) {
      accepted++;
      const uuids = eventUuids(body);
      for (const uuid of uuids) seen.add(uuid);
      const shown = uuids.slice(0, SHOWN_UUIDS).join(" ") + (uuids.length > SHOWN_UUIDS ? " …" : "");
      terminal.out(`${answer.status} in ${Math.round(answer.tookMs)} ms${shown && `  ${shown}`}`);
      if (answer.tookMs > OKTA_TIMEOUT_MS) {
        terminal.error(
          `Okta waits ${OKTA_TIMEOUT_MS / 1000} seconds. netlify dev may take longer while it loads; a deployed site does not.`,
        );
      }
    } else {
      terminal.error(`NOT ACCEPTED: ${explainAnswer(answer, url)}`);
    }
    // Nobody answers the next ones either.
    if (answer.kind === "unreachable") break;
  }
  if (count > 1) terminal.out(`${accepted} of ${count} deliveries were accepted`);
  return { allAccepted: accepted === count, uuids: [...seen] };
}

/** Of the body's events; none where it is no event hook: the endpoint says what it makes of it. */
function eventUuids(body: Uint8Array): string[] {
  const reading = readDelivery(Buffer.from(body).toString());
  return reading.outcome === "event-hook" ? reading.events.map(({ event }) => event.uuid) : [];
}
