/** A handler as a person is told of it: what it listens to, and how its settings stand. Never a value of theirs. */
import type { Environment } from "../settings/environment.ts";
import type { Handler } from "./define-handler.ts";
import { readHandlerSettings } from "./handler-settings.ts";

/** A handler, described. */
export interface DescribedHandler {
  readonly name: string;
  readonly on: string[];
  /** Whether it has a `when`. */
  readonly when: boolean;
  /** How its runs with one key go: one at a time, or only the newest; null: it gives them no key. */
  readonly line: "order" | "latest" | null;
  /** Whether failures in a row stop its new runs. */
  readonly circuit: boolean;
  /** Each variable that it declares; `problem` is null where it can be used. */
  readonly settings: { readonly variable: string; readonly problem: string | null }[];
}

/** Describes a handler with its settings as they are now. */
export function describeHandler(handler: Handler, environment: Environment): DescribedHandler {
  const reading = readHandlerSettings(handler, environment);
  const problems = reading.usable ? [] : reading.problems;
  const declared = Object.keys(handler.settings?._zod.def.shape ?? {});
  // A rule over several variables has none of their names.
  const others = problems.map(({ variable }) => variable).filter((variable) => !declared.includes(variable));
  return {
    name: handler.name,
    on: [...handler.on],
    when: handler.when !== undefined,
    line: handler.order ? "order" : handler.latest ? "latest" : null,
    circuit: handler.circuit,
    settings: [...declared, ...others].map((variable) => ({
      variable,
      problem: problems.find((problem) => problem.variable === variable)?.problem ?? null,
    })),
  };
}
