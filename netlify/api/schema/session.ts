/** Who may look: signing in, and the token that a write on this machine carries. */
import { z } from "zod";

/** An inspector's password is at least this long where it is deployed. */
export const MIN_PASSWORD_LENGTH = 16;

/** `POST /api/session`. */
export const signInBody = z.strictObject({ password: z.string().max(1000, "is too long") });

/** `GET /api/session`. `closed`: there is no usable password, so that nobody can sign in. */
export const session = z.object({
  local: z.boolean(),
  signedIn: z.boolean(),
  closed: z.boolean(),
  /** Whether a password is asked for here: then one can sign out. */
  requiresPassword: z.boolean(),
  /** What each write on this machine must carry as `x-inspector-token`; null where none is asked for. */
  writeToken: z.string().nullable(),
});
export type Session = z.infer<typeof session>;

/** Any error (RFC 9457): `detail` says what to do. `errors` names parameters or fields, never their values. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  errors: z.array(z.string()).optional(),
});
export type Problem = z.infer<typeof problem>;
