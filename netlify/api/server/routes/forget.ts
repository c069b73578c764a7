/** `POST /api/forget`: counts what is stored of a person, or forgets it, as many slices for each call as its time allows. */
import { systemClock } from "../../../base/clock.ts";
import { type Forgotten, forgetBody } from "../../schema/forget.ts";
import { readJson } from "../read-input.ts";
import { json } from "../reply.ts";
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
    const { who, person: known, after, erase, alsoUnfinished } = body.value;
    const { findPerson } = await import("../../../events/forget/find-person.ts");
    const { forgetSlice } = await import("../../../events/forget/forget-person.ts");
    const person = known ?? (await findPerson(context.database, who));
    const sum: Forgotten = { person: mutable(person), events: 0, unfinished: [], otherTexts: 0, next: after };
    const deadline = systemClock.now() + CALL_MS;
    do {
      const slice = await forgetSlice(context.database, { person, after: sum.next, erase, alsoUnfinished });
      sum.events += slice.events;
      sum.unfinished.push(...slice.unfinished);
      sum.otherTexts += slice.otherTexts;
      sum.next = slice.next;
    } while (sum.next !== null && systemClock.now() < deadline);
    return json(sum);
  },
};

function mutable({ ids, logins, names }: Readonly<Record<"ids" | "logins" | "names", readonly string[]>>) {
  return { ids: [...ids], logins: [...logins], names: [...names] };
}
