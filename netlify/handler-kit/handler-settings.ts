/** The settings that handlers declare: read from the environment, checked, and never repeated. */
import * as z from "zod/mini";
import type { Environment } from "../settings/environment.ts";
import type { Handler } from "./define-handler.ts";

/** A handler's settings, or what is wrong with them: it names each variable at fault, never its value. */
export type SettingsReading =
  | { readonly usable: true; readonly settings: unknown }
  | {
      readonly usable: false;
      /** All of them in one sentence. */
      readonly problem: string;
      readonly problems: readonly { readonly variable: string; readonly problem: string }[];
    };

/** Reads the variables that a handler declares, and no other. One that is empty counts as not set, as in `.env`. */
export function readHandlerSettings(
  { settings: schema }: Pick<Handler, "settings">,
  environment: Environment,
): SettingsReading {
  if (schema === undefined) return { usable: true, settings: {} };
  const values: Record<string, string> = {};
  for (const variable of Object.keys(schema._zod.def.shape)) {
    const value = environment(variable)?.trim();
    if (value) values[variable] = value;
  }
  const result = parse(schema, values);
  if (result === undefined) {
    const { shape } = schema._zod.def;
    const throwing = Object.keys(values).filter((name) => shape[name] && !parse(shape[name], values[name]));
    return atFault(throwing.map((name) => [name, "cannot be used: its schema throws"]));
  }
  if (result.success) return { usable: true, settings: result.data };
  return atFault(
    result.error.issues.map(({ path: [variable], message }): [string, string] => {
      if (variable === undefined) return ["settings", `cannot be used: ${message}`];
      const name = String(variable);
      return [name, name in values ? `cannot be used: ${message}` : "is not set"];
    }),
  );
}

/** A handler whose settings cannot be used. */
export interface UnusableSettings {
  readonly handler: string;
  /** A sentence about each variable, never with its value. */
  readonly problem: string;
}

/** Checks the settings of all handlers, as each run does: for the start and for `doctor`. Empty: all can be used. */
export function checkHandlerSettings(
  handlers: readonly Pick<Handler, "name" | "settings">[],
  environment: Environment,
): readonly UnusableSettings[] {
  return handlers.flatMap((handler) => {
    const reading = readHandlerSettings(handler, environment);
    return reading.usable ? [] : [{ handler: handler.name, problem: reading.problem }];
  });
}

function atFault(problems: readonly (readonly [string, string])[]): SettingsReading {
  return {
    usable: false,
    problem: problems.map(([variable, problem]) => `${variable} ${problem}`).join("; "),
    problems: problems.map(([variable, problem]) => ({ variable, problem })),
  };
}

/** Undefined where a transform of the schema throws, or waits: what it throws may quote the value. */
function parse(schema: z.core.$ZodType, value: unknown) {
  try {
    return z.safeParse(schema, value);
  } catch {
    return undefined;
  }
}
