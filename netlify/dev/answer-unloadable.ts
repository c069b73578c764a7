/** Answers a call under `netlify dev` while the project's code does not load: 503, so that Okta and Hookdeck try again. */
import { resolve } from "node:path";
import { loadProblem } from "../base/load-problem.ts";
import { printableLine } from "../base/printable.ts";
import { isLocal } from "../hook/is-local.ts";
import { problem } from "../hook/problem.ts";

/** The reason goes to the developer's own calls and to the terminal; `--live` lets strangers call. */
export function answerUnloadable(
  request: Request,
  { ip }: { readonly ip: string },
  error: unknown,
): Response {
  const { message, file, line } = loadProblem(error, resolve(import.meta.dirname, "../.."));
  const place = file === undefined ? "" : ` (${file}${line === undefined ? "" : `:${line}`})`;
  const reason = printableLine(`${message}${place}`);
  console.error(`✗ 503 the code does not load: ${reason}`);
  const local = isLocal({ url: request.url, underNetlifyDev: true, ip });
  return problem(503, local ? `The code does not load: ${reason}` : "The code does not load.", {
    headers: { "retry-after": "5" },
  });
}
