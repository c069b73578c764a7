/**
 * Every setting of the project: read from the environment, checked with zod, handed on as typed objects.
 *
 * The settings come in groups, one for each part that needs them. A part reads its own group only, so that a
 * mistake in, say, `RETENTION_DAYS` never costs a delivery: the endpoint does not read it.
 */
import { z } from "zod";

/** Looks one variable up: `Netlify.env.get` in a function, `(name) => process.env[name]` elsewhere. */
export type Environment = (name: string) => string | undefined;

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

/** An HTTP field name (RFC 9110, section 5.1: a token). */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/, "must be the name of an HTTP header, e.g. authorization")
  .toLowerCase();

/** What an HTTP header can carry: anything else never arrives as it was configured. */
const headerValue = z
  .string()
  .max(4096, "must not be longer than 4096 characters")
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, "must be printable ASCII without spaces at its ends");

const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(["true", "false", "1", "0", "yes", "no", "on", "off"], { error: "must be true or false" }))
  .transform((value) => ["true", "1", "yes", "on"].includes(value));

const hookSettings = z.object({
  OKTA_HOOK_SECRET: headerValue.optional(),
  OKTA_HOOK_SECRET_PREVIOUS: headerValue.optional(),
  OKTA_HOOK_HEADER: headerName.default("authorization"),
  HOOKDECK_SIGNING_SECRET: z.string().max(4096, "must not be longer than 4096 characters").optional(),
});

const outputSettings = z.object({ LOG_PAYLOADS: flag.optional() });

/** What the endpoint needs to know to let a call in and to print it. */
export interface HookSettings {
  /** The header values that are accepted; none: nobody is asked for a secret. */
  readonly secrets: readonly string[];
  /** The header that carries the secret, in lower case. */
  readonly header: string;
  /** Hookdeck's project signing secret, when calls must carry a valid signature. */
  readonly signingSecret: string | undefined;
}

/**
 * Reads the settings of the endpoint.
 * @throws {SettingsError} naming each variable whose value cannot be used.
 */
export function readHookSettings(environment: Environment): HookSettings {
  const read = readGroup(hookSettings, environment);
  const secrets = [read.OKTA_HOOK_SECRET, read.OKTA_HOOK_SECRET_PREVIOUS].filter(
    (secret) => secret !== undefined,
  );
  if (read.OKTA_HOOK_SECRET === undefined && secrets.length > 0) {
    throw new SettingsError([
      { variable: "OKTA_HOOK_SECRET", problem: "must be set where OKTA_HOOK_SECRET_PREVIOUS is" },
    ]);
  }
  return {
    secrets,
    header: read.OKTA_HOOK_HEADER,
    signingSecret: read.HOOKDECK_SIGNING_SECRET,
  };
}

/**
 * Reads whether bodies are printed; undefined where nothing is said: locally yes, deployed no.
 * @throws {SettingsError} where `LOG_PAYLOADS` says neither yes nor no.
 */
export function readLogPayloads(environment: Environment): boolean | undefined {
  return readGroup(outputSettings, environment).LOG_PAYLOADS;
}

const retentionSettings = z.object({
  RETENTION_DAYS: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/, "must be a whole number of days from 1 to 9999")
    .transform(Number)
    .default(30),
});

/**
 * Reads for how many days events are kept.
 * @throws {SettingsError} where `RETENTION_DAYS` is no number of days: nothing is forgotten then.
 */
export function readRetentionDays(environment: Environment): number {
  return readGroup(retentionSettings, environment).RETENTION_DAYS;
}

/** Reads the variables that a schema names. An empty value counts as absent: that is what `NAME=` in `.env` means. */
function readGroup<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, environment: Environment) {
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
