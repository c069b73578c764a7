/** What went wrong between us and the org, told in one sentence to whoever typed the command. */

/** The kinds that a caller can tell apart. */
export type OktaErrorKind =
  | "unreachable"
  | "moved"
  | "unauthorized"
  | "forbidden"
  /** The service app was not granted what it asked for. */
  | "scope-missing"
  | "not-found"
  | "refused"
  /** It named an address on another host. */
  | "elsewhere"
  | "verification-failed"
  | "busy"
  | "too-slow"
  | "too-large"
  /** Its clock and ours are too far apart. */
  | "clock"
  | "broken"
  | "not-okta";

/** The org did not do what was asked. `message` says why and what to do, and carries no secret. */
export class OktaError extends Error {
  override readonly name = "OktaError";
  readonly kind: OktaErrorKind;

  constructor(kind: OktaErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}
