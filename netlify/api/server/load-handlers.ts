/** Code that does not load, in a sentence; and the handlers for an answer that is given even then. */
import { CODE_DOES_NOT_LOAD, describeLoadProblem, loadProblem } from "../../base/load-problem.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import type { ApiContext } from "./api-context.ts";

/** The owner's code does not load. */
export class UnloadableHandlers extends Error {
  override readonly name = "UnloadableHandlers";
}

/** The developer is told what is wrong and where; what the code throws when it is loaded may hold a secret. */
export function describeUnloadable({ cause }: UnloadableHandlers, local: boolean): string {
  if (local) return describeLoadProblem(loadProblem(cause, process.cwd()));
  return `${CODE_DOES_NOT_LOAD}: the function's log says why.`;
}

/** @returns the handlers; or null, and why they do not load */
export async function loadHandlers({
  handlers,
  local,
}: Pick<ApiContext, "handlers" | "local">): Promise<
  | { readonly handlers: readonly Handler[]; readonly problem: null }
  | { readonly handlers: null; readonly problem: string }
> {
  try {
    return { handlers: await handlers(), problem: null };
  } catch (error) {
    if (!(error instanceof UnloadableHandlers)) throw error;
    return { handlers: null, problem: describeUnloadable(error, local) };
  }
}
