/** Tells how a delivery came, from the headers that Hookdeck and our own preview add. */
import { isHookdeck } from "../base/addresses.ts";
import type { Origin } from "./delivery.ts";

/** `npm run hook -- preview` names itself in this header, so that its deliveries can be told from Okta's. */
export const PREVIEW_HEADER = "x-okta-event-hook-preview";

/** Our commands' own question whether a secret is right: one with a wrong one is no rejection that somebody has to know of. */
export const PROBE_HEADER = "x-okta-event-hook-probe";

/** What Hookdeck adds to each attempt: https://hookdeck.com/docs/destinations#request-headers */
export function readOrigin(headers: Headers): Origin {
  const eventId = headers.get("x-hookdeck-eventid");
  if (eventId) {
    const attempt = Number.parseInt(headers.get("x-hookdeck-attempt-count") ?? "", 10);
    return {
      by: "hookdeck",
      eventId: eventId.slice(0, 128),
      attempt: attempt > 0 && attempt < 100_000 ? attempt : 1,
      url: hookdeckAddress(headers.get("x-hookdeck-event-url")),
    };
  }
  return headers.has(PREVIEW_HEADER) ? { by: "preview" } : { by: "okta" };
}

/** Offered as a link, so it must lead to Hookdeck: whoever reaches the endpoint can write this header. */
function hookdeckAddress(text: string | null): string | null {
  const url = text !== null && text.length <= 2048 ? URL.parse(text) : null;
  if (url === null || url.protocol !== "https:" || url.username !== "" || url.password !== "") return null;
  return isHookdeck(url.href) ? url.href : null;
}
