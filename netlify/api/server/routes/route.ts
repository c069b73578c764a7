/** What a route is: a method and a path, and the answer to a call that may see the data. */
import type { ApiContext } from "../api-context.ts";
import type { Reply } from "../reply.ts";

/** A call that was let in. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  /** The part of the path that `:id` stands for, decoded. */
  readonly id: string;
  readonly context: ApiContext;
}

/** One thing that can be asked. */
export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** After `/api/`, e.g. `events/:id/replay`. */
  readonly path: string;
  answer(call: Call): Promise<Reply>;
}
