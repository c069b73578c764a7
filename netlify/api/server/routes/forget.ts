/** `POST /api/forget`: counts what is stored of a person, or forgets it, a slice for each call. */
import { type Forgotten, forgetBody } from "../../contract/forget.ts";
import { readJson } from "../read-input.ts";
import { json } from "../reply.ts";
import { notHere } from "./replay.ts";
import type { Route } from "./route.ts";

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
    const slice = await forgetSlice(context.database, { person, after, erase, alsoUnfinished });
    return json({ ...slice, unfinished: [...slice.unfinished], person: mutable(person) } satisfies Forgotten);
  },
};

function mutable({ ids, logins, names }: Readonly<Record<"ids" | "logins" | "names", readonly string[]>>) {
  return { ids: [...ids], logins: [...logins], names: [...names] };
}
