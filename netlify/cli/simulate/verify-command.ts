/** `verify`: plays Okta's one-time verification against an endpoint. */
import { randomUUID } from "node:crypto";
import { Command, type Option } from "commander";
import { CHALLENGE_HEADER } from "../../hook/receive.ts";
import { readHookSettings } from "../../settings/hook-settings.ts";
import type { CliContext } from "../cli-context.ts";
import { jsonOption, readHeader, repeatable, urlOption } from "../options.ts";
import { fieldOf, parseJson } from "../parse-json.ts";
import { readTarget } from "../read-target.ts";
import { besideJson, printJson } from "../terminal.ts";
import { type Answer, callEndpoint, explainAnswer, refusePlainHttp } from "./call-endpoint.ts";

/** A header as it is typed. */
export type TypedHeader = ReturnType<typeof readHeader>;

export function headerOption(): Option {
  return repeatable("--header <name: value>", "a further header", readHeader).default([], "none");
}

interface VerifyOptions {
  readonly url?: string;
  readonly header: readonly TypedHeader[];
  readonly json?: true;
}

/** Exit code 1 when the endpoint does not pass. */
export function verifyCommand({ environment, terminal }: CliContext): Command {
  return new Command("verify")
    .description("play Okta's one-time verification")
    .addOption(urlOption())
    .addOption(headerOption())
    .addOption(jsonOption("{url, verified, status, tookMs, problem}; what is not there is null"))
    .addHelpText(
      "after",
      "\nExample: npm run hook -- verify --url https://example.netlify.app/okta-webhooks-endpoint",
    )
    .action(async (options: VerifyOptions) => {
      const { out, error } = options.json ? besideJson(terminal) : terminal;
      const settings = readHookSettings(environment);
      const url = refusePlainHttp(readTarget(options.url).endpoint, settings);
      const challenge = randomUUID();
      out(`GET ${url.href}`);
      out(`    ${CHALLENGE_HEADER}: ${challenge}`);
      if (settings.secrets.length > 0) out(`    ${settings.header}: (the value of OKTA_HOOK_SECRET)`);
      const answer = await callEndpoint({
        method: "GET",
        url,
        headers: [
          ...options.header.map(({ name, value }): [string, string] => [name, value]),
          [CHALLENGE_HEADER, challenge],
          ["accept", "application/json"],
        ],
        settings,
      });
      const problem = findProblem(answer, url, challenge);
      const answered = answer.kind === "answered" ? answer : null;
      const status = answered?.status ?? null;
      const tookMs = answered && Math.round(answered.tookMs);
      if (problem === null) {
        for (const line of [`${status} in ${tookMs} ms`, `    {"verification": "${challenge}"}`, "VERIFIED"])
          out(line);
      } else {
        error(`NOT VERIFIED: ${problem}`);
        process.exitCode = 1;
      }
      if (options.json) {
        printJson(terminal, { url: url.href, verified: problem === null, status, tookMs, problem });
      }
    });
}

/** Okta wants 200 and JSON with the challenge as `verification`. */
function findProblem(answer: Answer, url: URL, challenge: string): string | null {
  if (answer.kind !== "answered" || answer.status !== 200) return explainAnswer(answer, url);
  const verification = fieldOf(parseJson(answer.text), "verification");
  if (verification === undefined) return 'the answer is not JSON such as {"verification": "…"}.';
  return verification === challenge ? null : "the answer does not repeat the challenge.";
}
