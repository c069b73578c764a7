/** `npm run hook -- preview`: plays Okta's Preview, a delivery of one sample event, against an endpoint. */
import type { HookSettings } from "../../config.ts";
import { PREVIEW_HEADER } from "../../hook/read-origin.ts";
import type { Terminal } from "../terminal.ts";
import { callEndpoint } from "./call-endpoint.ts";
import { explainAnswer } from "./explain-answer.ts";

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

/** Delivers, one after the other, and says status and latency of each. Returns whether all were accepted. */
export async function preview(order: Preview, terminal: Terminal): Promise<boolean> {
  const { url, headers, settings, count, what } = order;
  terminal.out(`POST ${url.href}`);
  terminal.out(`     ${what}${count > 1 ? `, ${count} deliveries` : ""}`);
  let accepted = 0;
  for (let turn = 1; turn <= count; turn++) {
    const answer = await callEndpoint({
      method: "POST",
      url,
      headers: new Map([
        ["content-type", "application/json"],
        ["accept", "application/json"],
        [PREVIEW_HEADER, "1"],
        ...headers,
      ]),
      body: order.makeBody(),
      settings,
    });
    if (answer.kind === "answered" && answer.status >= 200 && answer.status < 300) {
      accepted++;
      terminal.out(`${answer.status} in ${Math.round(answer.tookMs)} ms`);
    } else {
      terminal.error(`NOT ACCEPTED: ${explainAnswer(answer, url)}`);
    }
    // Nobody answers the next ones either.
    if (answer.kind === "unreachable") break;
  }
  if (count > 1) terminal.out(`${accepted} of ${count} deliveries were accepted`);
  return accepted === count;
}
