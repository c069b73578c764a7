/** Makes a secret of the kind that Okta's guide shows: the value of an `authorization` header for Basic authentication. */

/** A password that nobody guesses, for the user `okta`. */
export function makeBasicSecret(randomBytes: (count: number) => Buffer): string {
  const password = randomBytes(32).toString("base64url");
  return `Basic ${Buffer.from(`okta:${password}`).toString("base64")}`;
}
