/** A delivery as a command for a shell. It names no secret: the shell puts it in. */
import { isLoopbackHost } from "../../../base/addresses.ts";

/** One argument longer than 128 KiB is refused by Linux. */
const MAX_ARGUMENT_BYTES = 100_000;

export interface CurlFacts {
  /** Where the delivery came to. */
  readonly endpoint: string;
  readonly deliveryId: string;
  readonly body: string;
}

/** Of a long body the command reads it from the site itself. */
export function curlOf({ endpoint, deliveryId, body }: CurlFacts): string {
  const isLong = new TextEncoder().encode(body).length > MAX_ARGUMENT_BYTES;
  const { origin, hostname } = new URL(endpoint);
  // On this machine commands find what runs in their folder.
  const site = isLoopbackHost(hostname) ? "" : ` --url ${quoted(origin)}`;
  const show = `npm run -s hook -- show ${deliveryId} --json${site}`;
  const curl = [
    `curl -X POST ${quoted(endpoint)}`,
    "-H 'content-type: application/json'",
    '-H "authorization: $OKTA_HOOK_SECRET"',
    `--data-binary ${isLong ? "@-" : quoted(body)}`,
  ].join(" \\\n  ");
  return isLong ? `${show} |\n${curl}` : curl;
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
