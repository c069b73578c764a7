/** Reads what a call says in its query and its body, through the schemas of the contract. */
import type { z } from "zod";
import { readBody } from "../../hook/read-body.ts";
import { type ProblemReply, problem } from "./reply.ts";

/** What the call says, or why it cannot be used. */
export type Input<Value> = { readonly kind: "input"; readonly value: Value } | ProblemReply;

const MAX_BODY_BYTES = 16 * 1024;
const MAX_ERRORS = 10;

/** Reads a query. `type` may repeat where the schema has it: it is a list. Any other parameter that repeats is refused. */
export function readQuery<Schema extends z.ZodObject>(url: URL, schema: Schema): Input<z.output<Schema>> {
  const given: [string, unknown][] = [];
  const repeated: string[] = [];
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    const isList = (name === "type" || name === "watch") && name in schema.shape;
    if (values.length > 1 && !isList) repeated.push(`${shortName(name)}: must not repeat`);
    given.push([name, isList ? values : values[0]]);
  }
  if (repeated.length > 0) return refuse(repeated.slice(0, MAX_ERRORS));
  return checkInput(Object.fromEntries(given), schema);
}

/** Reads a JSON body; one that is absent counts as `{}`. The caller has checked the content type. */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<Input<z.output<Schema>>> {
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body.outcome === "body-too-large")
    return problem(413, `The body must not be larger than ${MAX_BODY_BYTES} bytes.`);
  if (body.outcome === "body-cut-off") return problem(400, "The body ended before it was complete.");
  if (body.bytes.byteLength === 0) return checkInput({}, schema);
  try {
    return checkInput(JSON.parse(new TextDecoder().decode(body.bytes)), schema);
  } catch {
    // Only JSON.parse throws here, and its message would repeat the body.
    return problem(400, "The body must be JSON.");
  }
}

/** Checks a query or a body; the problem names up to ten faults and repeats no value. */
export function checkInput<Schema extends z.ZodType>(
  given: unknown,
  schema: Schema,
): Input<z.output<Schema>> {
  const result = schema.safeParse(given);
  if (result.success) return { kind: "input", value: result.data };
  return refuse(result.error.issues.flatMap(describe).slice(0, MAX_ERRORS));
}

function refuse(errors: readonly string[]): ProblemReply {
  return problem(400, `The call cannot be understood: ${errors.join("; ")}.`, { errors });
}

function describe(issue: z.core.$ZodIssue): string[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${shortName(key)}: is unknown here`);
  const words = issue.code === "invalid_type" ? `must be of type ${issue.expected}` : issue.message;
  const path = issue.path.map(String).join(".");
  return [path === "" ? words : `${path}: ${words}`];
}

/** The name as the caller wrote it, so that a typing mistake can be found; cut, since it can be any text. */
function shortName(name: string): string {
  return name.toWellFormed().slice(0, 40);
}
