/**
 * A summary as a line of a list: without the event type, which stands above it, and without the ids in brackets, which
 * say little and take half of the line.
 */

/** Okta's ids have 20 letters and digits. */
const ID_IN_BRACKETS = / \([0-9A-Za-z]{20}\)/g;

export function listSummary(summary: string, eventType: string | undefined): string {
  if (summary === eventType) return "";
  const prefix = [`${eventType}: `, `${eventType}, `].find((beginning) => summary.startsWith(beginning));
  return summary.slice(prefix?.length ?? 0).replace(ID_IN_BRACKETS, "");
}
