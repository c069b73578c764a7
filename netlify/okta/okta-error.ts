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
  /** Okta's own code, e.g. E0000007; undefined: it gave none. */
  readonly code: string | undefined;
  /** `busy`: when its rate limit is reset, in milliseconds since 1970. */
  readonly retryAt: number | undefined;

  constructor(
    kind: OktaErrorKind,
    message: string,
    { code, retryAt, ...options }: { cause?: unknown; code?: string; retryAt?: number } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.retryAt = retryAt;
  }
}
