/** Loads the handlers for an answer that is not about them alone: it is given even where their code does not load. */
import { loadProblem } from "../../base/load-problem.ts";
import type { Handler } from "../../handler-kit/define-handler.ts";
import type { ApiContext } from "./api-context.ts";

/** @returns the handlers; or null, and why they do not load, with file and line where they are known */
export async function loadHandlers({
  handlers,
}: Pick<ApiContext, "handlers">): Promise<
  | { readonly handlers: readonly Handler[]; readonly problem: null }
  | { readonly handlers: null; readonly problem: string }
> {
  try {
    return { handlers: await handlers(), problem: null };
  } catch (error) {
    const { message, file, line } = loadProblem(error, process.cwd());
    const place = file === undefined ? "" : `${file}${line === undefined ? "" : `:${line}`}: `;
    return { handlers: null, problem: place + message };
  }
}
