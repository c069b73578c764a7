/** `npm run hook -- verify`: plays Okta's one-time verification against an endpoint. */
import { CHALLENGE_HEADER } from "../../hook/receive.ts";
import type { HookSettings } from "../../settings/hook-settings.ts";
import type { Terminal } from "../terminal.ts";
import { type Answer, callEndpoint } from "./call-endpoint.ts";
import { explainAnswer } from "./explain-answer.ts";

/** What to verify. */
export interface Verification {
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly settings: HookSettings;
  /** A value that nobody can guess: the endpoint must send it back. */
  readonly challenge: string;
}

/** What came of it. */
export interface VerificationResult {
  readonly url: string;
  readonly verified: boolean;
  /** Null: no answer came. */
  readonly status: number | null;
  readonly tookMs: number | null;
  /** Why it did not pass; null: it did. */
  readonly problem: string | null;
}

/** Makes the call and says VERIFIED, or why not. */
export async function verify(verification: Verification, terminal: Terminal): Promise<VerificationResult> {
  const { url, headers, settings, challenge } = verification;
  terminal.out(`GET ${url.href}`);
  terminal.out(`    ${CHALLENGE_HEADER}: ${challenge}`);
  if (settings.secrets.length > 0) terminal.out(`    ${settings.header}: (the value of OKTA_HOOK_SECRET)`);
  const answer = await callEndpoint({
    method: "GET",
    url,
    headers: new Map([...headers, [CHALLENGE_HEADER, challenge], ["accept", "application/json"]]),
    settings,
  });
  const fault = findFault(answer, url, challenge);
  const answered = answer.kind === "answered" ? answer : null;
  const verified: VerificationResult = {
    url: url.href,
    verified: fault === null,
    status: answered?.status ?? null,
    tookMs: answered && Math.round(answered.tookMs),
    problem: fault,
  };
  if (fault !== null) {
    terminal.error(`NOT VERIFIED: ${fault}`);
    return verified;
  }
  terminal.out(`${verified.status} in ${verified.tookMs} ms`);
  terminal.out(`    {"verification": "${challenge}"}`);
  terminal.out("VERIFIED");
  return verified;
}

/** Okta wants 200 and JSON with the challenge as `verification`. */
function findFault(answer: Answer, url: URL, challenge: string): string | null {
  if (answer.kind !== "answered" || answer.status !== 200) return explainAnswer(answer, url);
  const verification = readVerification(answer.text);
  if (verification === undefined) return 'the answer is not JSON such as {"verification": "…"}.';
  return verification === challenge ? null : "the answer does not repeat the challenge.";
}

function readVerification(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "verification" in value
      ? value.verification
      : undefined;
  } catch {
    // Not JSON: the caller says so.
    return undefined;
  }
}
