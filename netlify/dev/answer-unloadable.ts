/** Answers a call under `netlify dev` while the project's code does not load: 503, so that Okta and Hookdeck try again. */
import { resolve } from "node:path";
import { CODE_DOES_NOT_LOAD, describeLoadProblem, loadProblem } from "../base/load-problem.ts";
import { isLocal } from "../hook/is-local.ts";
import { problem } from "../hook/problem.ts";

/** The reason goes to the developer's own calls and to the terminal; `--live` lets strangers call. */
export function answerUnloadable(
  request: Request,
  { ip }: { readonly ip: string },
  error: unknown,
): Response {
  const sentence = describeLoadProblem(loadProblem(error, resolve(import.meta.dirname, "../..")));
  console.error(`✗ 503 ${sentence}`);
  const local = isLocal({ url: request.url, underNetlifyDev: true, ip });
  return problem(503, local ? sentence : `${CODE_DOES_NOT_LOAD}.`, {
    headers: { "retry-after": "5" },
  });
}
