/**
 * The answers: the one place where an outcome becomes a status. Errors are problem details (RFC 9457) whose `detail` tells
 * the reader what to do; no answer repeats a value of the payload or a secret.
 *
 * Okta retries a timeout or a 5xx once, a 4xx never, and follows no redirect: a 4xx is for what no retry can mend.
 * https://developer.okta.com/docs/concepts/event-hooks/#event-hook-delivery
 */
import { MIN_SECRET_LENGTH } from "./find-weak-secrets.ts";
import { problem } from "./problem.ts";
import { MAX_BODY_BYTES } from "./read-body.ts";
import type { Refusal } from "./receive.ts";

/** Everything that can be answered: what `receive` decides, and what became of a delivery. */
export type Outcome =
  | Refusal
  | { readonly outcome: "verification"; readonly challenge: string }
  | { readonly outcome: "recorded" }
  | { readonly outcome: "store-unavailable" }
  /** Something of ours broke. */
  | { readonly outcome: "failed" };

/** How long Okta waits for an answer: https://developer.okta.com/docs/concepts/event-hooks/#timeout-and-retry */
export const OKTA_TIMEOUT_MS = 3_000;

/** Okta retries once, soon, and Hookdeck by its own rules, whatever the number of seconds: any number says "try again". */
const RETRY_LATER = { headers: { "retry-after": "5" } };

/** Turns an outcome into the response that the caller gets. */
export function answer(outcome: Outcome): Response {
  switch (outcome.outcome) {
    case "method-not-allowed":
      return problem(405, "This address takes GET (Okta's verification) and POST (event hooks).", {
        headers: { allow: "GET, POST" },
      });
    case "not-a-hook-call":
      return problem(
        400,
        "This is the address of an Okta event hook. Okta verifies it by a GET with the header x-okta-verification-challenge, " +
          "and sends events by POST. There is nothing to see in a browser.",
      );
    case "misconfigured":
      return problem(
        503,
        `The receiver is not set up: the value of ${outcome.variables.join(", ")} cannot be used.`,
      );
    case "closed":
      return problem(
        503,
        `The receiver is closed: ${outcome.variable} ${outcome.reason}. ${wayToOpen(outcome.variable)}`,
      );
    case "unauthorized":
      return problem(
        401,
        `The header ${outcome.header} must carry the secret that is set as OKTA_HOOK_SECRET.`,
        {
          // RFC 9110, 11.6.1: a 401 names a scheme. Not Basic: a browser would ask a person for a password.
          headers: { "www-authenticate": "OktaEventHook" },
        },
      );
    case "verification":
      return Response.json({ verification: outcome.challenge }, { headers: { "cache-control": "no-store" } });
    case "unsupported-media-type":
      return problem(415, "The content-type must be application/json.", {
        headers: { accept: "application/json" },
      });
    case "body-too-large":
      return problem(413, `The body must not be larger than ${MAX_BODY_BYTES} bytes.`);
    case "unsigned":
      return problem(
        401,
        "The header x-hookdeck-signature must carry Hookdeck's signature of the body, made with the secret that is set as " +
          "HOOKDECK_SIGNING_SECRET.",
        { headers: { "www-authenticate": "HookdeckSignature" } },
      );
    case "body-cut-off":
      // Not a 400: whatever broke the connection, the same delivery may well arrive whole the next time.
      return problem(503, "The body ended before it was complete. Please send it again.", RETRY_LATER);
    case "not-json":
      return problem(400, "The body must be JSON.");
    case "nested-too-deep":
      return problem(422, "The body must not be nested deeper than 100 levels.");
    case "not-an-event-hook":
      return problem(
        422,
        "The body must be an Okta event hook: an eventType, and an array of events at data.events.",
        { errors: outcome.problems },
      );
    case "store-unavailable":
      return problem(503, "The events could not be stored in time. Please send them again.", RETRY_LATER);
    case "failed":
      return problem(503, "The receiver failed. Please send the call again.", RETRY_LATER);
    case "recorded":
      return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
  }
}

/** What to do about a secret that is missing or weak. */
function wayToOpen(variable: string): string {
  switch (variable) {
    case "HOOKDECK_SIGNING_SECRET":
      return "Set it to the signing secret of the Hookdeck project, or leave it out where Okta calls directly.";
    case "OKTA_HOOK_SECRET_PREVIOUS":
      return "Leave it out, or rotate to a secret of your own first.";
    default:
      return (
        `Set it to a secret of your own (${MIN_SECRET_LENGTH} characters or more, for Basic in the password, and not the ` +
        "sample of Okta's guide), and give the same value to the event hook in Okta."
      );
  }
}
