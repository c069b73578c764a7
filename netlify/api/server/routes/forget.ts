/** `POST /api/forget`: counts what is stored of a person, or forgets it, as many slices for each call as its time allows. */
import { systemClock } from "../../../base/clock.ts";
import { NOBODY_HAS_IT, refuseWho } from "../../../events/forget/person.ts";
import { type Forgotten, forgetBody } from "../../schema/forget.ts";
import { json, problem } from "../reply.ts";
import { defineRoute } from "./route.ts";

/** A million events are a thousand slices: a call for each would meet the rate limit of the API. An invocation has 60 s (Netlify). */
const CALL_MS = 8_000;

export const forgetRoute = defineRoute({
  method: "POST",
  path: "forget",
  body: forgetBody,
  work: true,
  async answer({ body, context }) {
    const refusal = refuseWho(body.who);
    if (refusal !== null) return problem(400, refusal);
    const { forgetPerson } = await import("../../../events/forget/forget-person.ts");
    const store = { database: context.database, clock: systemClock };
    const part = await forgetPerson(store, body, systemClock.now() + CALL_MS);
    if (part === "nobody") return problem(400, NOBODY_HAS_IT);
    if (part === "unknown-place")
      return problem(409, "This forgetting is not going on any more: begin it anew.");
    return json(part satisfies Forgotten);
  },
});
