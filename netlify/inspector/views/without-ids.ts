/** A summary for a list: the ids in brackets, which say little and take half of the line, are left out. */

/** Okta's ids have 20 letters and digits. */
const ID_IN_BRACKETS = / \([0-9A-Za-z]{20}\)/g;

export function withoutIds(summary: string): string {
  return summary.replace(ID_IN_BRACKETS, "");
}
