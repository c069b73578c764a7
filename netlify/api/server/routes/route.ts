/** What a route is: what it takes of a call that may see the data, and the answer. */
import { z } from "zod";
import type { Work } from "../../../events/work/work.ts";
import type { ApiContext } from "../api-context.ts";
import { checkInput, readJson, readQuery } from "../read-input.ts";
import { problem, type Reply } from "../reply.ts";

const nothing = z.strictObject({});
type Nothing = typeof nothing;

/** A call that was let in, and whose query and body are as the route says. */
export interface Call<Query, Body> {
  readonly query: Query;
  readonly body: Body;
  /** The part of the path that `:id` stands for, decoded. */
  readonly id: string;
  readonly context: ApiContext;
  /** Opens queue and handlers; from here on the call may leave work. Throws for a route without `work`. */
  readonly openWork: () => Promise<Work>;
}

interface RouteDefinition<Query extends z.ZodObject, Body extends z.ZodType> {
  readonly method: "GET" | "POST" | "DELETE";
  /** After `/api/`, e.g. `events/:id/replay`. */
  readonly path: string;
  /** Default: it takes no parameter. */
  readonly query?: Query;
  /** Of a POST or DELETE. Default: an empty object. */
  readonly body?: Body;
  /** It changes what handlers do, so it is refused on a preview, which has a copy of production's data. */
  readonly work?: boolean;
  answer(call: Call<z.output<Query>, z.output<Body>>): Promise<Reply>;
}

/** One thing that can be asked. */
export interface Route extends Pick<RouteDefinition<Nothing, Nothing>, "method" | "path"> {
  /** @param id what stands for `:id` in the path */
  answer(request: Request, id: string, context: ApiContext): Promise<Reply>;
}

/** Makes a route: what it does not take is refused before `answer` is called. */
export function defineRoute<Query extends z.ZodObject = Nothing, Body extends z.ZodType = Nothing>(
  definition: RouteDefinition<Query, Body>,
): Route {
  const { method, path, work = false } = definition;
  // Without a schema the type is `Nothing` as well.
  const querySchema = definition.query ?? (nothing as unknown as Query);
  const bodySchema = definition.body ?? (nothing as unknown as Body);
  return {
    method,
    path,
    async answer(request, id, context) {
      const query = readQuery(new URL(request.url), querySchema);
      if (query.kind === "problem") return query;
      const body = await (method === "GET" ? checkInput({}, bodySchema) : readJson(request, bodySchema));
      if (body.kind === "problem") return body;
      const { openWork } = context;
      if (work && openWork === null) return notHere;
      return await definition.answer({
        query: query.value,
        body: body.value,
        id,
        context,
        openWork: () => {
          if (!work || openWork === null) throw new Error(`The route ${path} has no work.`);
          return openWork();
        },
      });
    },
  };
}

const notHere = problem(
  409,
  "Handlers run on the published production deploy only: this preview has a copy of its data. Do it there.",
);
