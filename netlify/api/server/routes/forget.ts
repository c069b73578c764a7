/** `POST /api/forget`: counts what is stored of a person, or forgets it, as many slices for each call as its time allows. */
import { systemClock } from "../../../base/clock.ts";
import { NOBODY_HAS_IT, refuseWho } from "../../../events/forget/person.ts";
import { type Forgotten, forgetBody } from "../../schema/forget.ts";
import { readJson } from "../read-input.ts";
import { json, problem } from "../reply.ts";
import { notHere } from "./replay.ts";
import type { Route } from "./route.ts";

/** A million events are a thousand slices: a call for each would meet the rate limit of the API. An invocation has 60 s (Netlify). */
const CALL_MS = 8_000;

export const forgetRoute: Route = {
  method: "POST",
  path: "forget",
  async answer({ request, context }) {
    const body = await readJson(request, forgetBody);
    if (body.kind === "problem") return body;
    // A preview has a copy of production's database: what is forgotten there is not forgotten here.
    if (context.openWork === null) return notHere;
    const refusal = refuseWho(body.value.who);
    if (refusal !== null) return problem(400, refusal);
    const { forgetPerson } = await import("../../../events/forget/forget-person.ts");
    const store = { database: context.database, clock: systemClock };
    const part = await forgetPerson(store, body.value, systemClock.now() + CALL_MS);
    if (part === "nobody") return problem(400, NOBODY_HAS_IT);
    if (part === "unknown-place")
      return problem(409, "This forgetting is not going on any more: begin it anew.");
    return json(part satisfies Forgotten);
  },
};
