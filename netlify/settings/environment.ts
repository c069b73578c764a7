/**
 * How every setting of the project is read: from the environment, checked with zod, handed on as a typed object.
 *
 * The settings come in groups, a file for each. A part reads its own group only, so that a mistake in, say, `RETENTION_DAYS`
 * never costs a delivery: the endpoint does not read it.
 *
 * `zod/mini`, here and in `hook/`: it is loaded before the first answer, and whole zod takes four times as long.
 */
import * as z from "zod/mini";

/** Looks one variable up: `Netlify.env.get` in a function, `(name) => process.env[name]` elsewhere. */
export type Environment = (name: string) => string | undefined;

/** Whether `netlify dev` runs us: a person watches the terminal. A deploy never has the variable. */
export function isUnderNetlifyDev(environment: Environment): boolean {
  return environment("NETLIFY_DEV") === "true";
}

/** A setting has a value that cannot be used. `message` names each such variable, never its value. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  /** The variables at fault, e.g. `["OKTA_HOOK_HEADER"]`. */
  readonly variables: readonly string[];

  constructor(problems: readonly { variable: string; problem: string }[]) {
    super(problems.map(({ variable, problem }) => `${variable} ${problem}`).join("; "));
    this.variables = [...new Set(problems.map(({ variable }) => variable))];
  }
}

/** What an HTTP header can carry: anything else never arrives as it was configured. */
export const headerValue = z
  .string()
  .check(
    z.maxLength(4096, "must not be longer than 4096 characters"),
    z.regex(
      /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/,
      "must be printable ASCII without spaces at its ends",
    ),
  );

const yes = ["true", "1", "yes", "on"] as const;
const no = ["false", "0", "no", "off"] as const;
/** Yes or no, in the words that people use. */
export const flag = z.pipe(
  z.pipe(z.string().check(z.toLowerCase()), z.enum([...yes, ...no], { error: "must be true or false" })),
  z.transform((value: (typeof yes | typeof no)[number]) => yes.some((word) => word === value)),
);

/** Reads the variables that a schema names. An empty value counts as absent: that is what `NAME=` in `.env` means. */
export function readGroup<Shape extends z.core.$ZodShape>(
  schema: z.ZodMiniObject<Shape>,
  environment: Environment,
) {
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = environment(name)?.trim();
    if (value) values[name] = value;
  }
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw new SettingsError(
    result.error.issues.map((issue) => ({ variable: String(issue.path[0]), problem: issue.message })),
  );
}
