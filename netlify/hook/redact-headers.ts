/** Takes what must never be stored, logged or shown out of a call's headers. */

const REDACTED = "[redacted]";

/** Names that carry credentials by their nature, whoever set them. */
const CREDENTIAL = /authorization|cookie|secret|signature|token|password|api-?key|credential/i;

/** Netlify's own additions; some carry tokens, none is the caller's. */
const PLATFORM = /^x-nf-(?!client-connection-ip$|request-id$)/;

/** What must not pass, besides what gives itself away by its name. */
export interface Secrets {
  /** The header that carries Okta's secret (`OKTA_HOOK_HEADER`). */
  readonly header: string;
  /** The accepted secrets: their value is taken out of whatever header carries it. */
  readonly secrets: readonly string[];
}

/** A call's headers as a plain record, in lower case. */
export function redactHeaders(headers: Headers, { header, secrets }: Secrets): Record<string, string> {
  const kept = [...headers].filter(([name]) => !PLATFORM.test(name));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const secret = name === header || CREDENTIAL.test(name) || secrets.some((one) => value.includes(one));
      return [name, secret ? REDACTED : value];
    }),
  );
}
