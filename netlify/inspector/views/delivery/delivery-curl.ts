/** A delivery as a command for a shell. It names no secret: the shell puts it in. */

/**
 * @param envelope the body without its events, as it was written
 * @param events each event as it was written
 * @returns null where the envelope has no place for them
 */
export function curlOf(endpoint: string, envelope: string, events: readonly string[]): string | null {
  const place = /("events"\s*:\s*\[\s*)(\s*\])/;
  if (!place.test(envelope)) return null;
  const body = envelope.replace(
    place,
    (_, before: string, after: string) => before + events.join(",") + after,
  );
  return [
    `curl -X POST ${quoted(endpoint)}`,
    "-H 'content-type: application/json'",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's, not ours.
    '-H "authorization: ${OKTA_HOOK_SECRET}"',
    `--data-binary ${quoted(body)}`,
  ].join(" \\\n  ");
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
