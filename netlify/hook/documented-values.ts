/** Okta's documented lists that more than the schema needs. Real events carry values beyond them. */

/** `outcome.result`. */
export const OUTCOMES = [
  "SUCCESS",
  "FAILURE",
  "SKIPPED",
  "ALLOW",
  "DENY",
  "CHALLENGE",
  "UNKNOWN",
  "RATE_LIMIT",
  "DEFERRED",
  "SCHEDULED",
  "ABANDONED",
  "UNANSWERED",
] as const;

/** `severity`, from the least to the worst. */
export const SEVERITIES = ["DEBUG", "INFO", "WARN", "ERROR"] as const;
