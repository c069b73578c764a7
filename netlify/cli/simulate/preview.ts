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

/** What became of one delivery. */
export interface PreviewResult {
  /** Null: no answer came. */
  readonly status: number | null;
  readonly tookMs: number | null;
  /** Of the events that were accepted. */
  readonly uuids: readonly string[];
  /** Why it was not accepted; null: it was. */
  readonly problem: string | null;
}

/**
 * Delivers, one after the other, and says status, latency and the events' uuids of each.
 * @returns one for each that was tried: where nobody answers, the first is the last
 */
export async function preview(order: Preview, terminal: Terminal): Promise<PreviewResult[]> {
  const { url, headers, settings, count, what } = order;
  terminal.out(`POST ${url.href}`);
  terminal.out(`     ${what}${count > 1 ? `, ${count} deliveries` : ""}`);
  const deliveries: PreviewResult[] = [];
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
    const answered = answer.kind === "answered" ? answer : null;
    const status = answered?.status ?? null;
    const tookMs = answered && Math.round(answered.tookMs);
    if (answer.kind === "answered" && answer.status >= 200 && answer.status < 300) {
      const uuids = eventUuids(body);
      deliveries.push({ status, tookMs, uuids, problem: null });
      const shown = uuids.slice(0, SHOWN_UUIDS).join(" ") + (uuids.length > SHOWN_UUIDS ? " …" : "");
      terminal.out(`${status} in ${tookMs} ms${shown && `  ${shown}`}`);
      if (answer.tookMs > OKTA_TIMEOUT_MS) {
        terminal.error(
          `Okta waits ${OKTA_TIMEOUT_MS / 1000} seconds. netlify dev may take longer while it loads; a deployed site does not.`,
        );
      }
    } else {
      const problem = explainAnswer(answer, url);
      deliveries.push({ status, tookMs, uuids: [], problem });
      terminal.error(`NOT ACCEPTED: ${problem}`);
    }
    // Nobody answers the next ones either.
    if (answer.kind === "unreachable") break;
  }
  const accepted = deliveries.filter(({ problem }) => problem === null).length;
  if (count > 1) terminal.out(`${accepted} of ${count} deliveries were accepted`);
  return deliveries;
}

/** Of the body's events; none where it is no event hook: the endpoint says what it makes of it. */
function eventUuids(body: Uint8Array): string[] {
  const reading = readDelivery(Buffer.from(body).toString());
  return reading.outcome === "event-hook" ? reading.events.map(({ event }) => event.uuid) : [];
}
