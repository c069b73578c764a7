/** How the API says no. */
import { z } from "zod";

/** Any error (RFC 9457): `detail` says what to do. `errors` names parameters or fields, never their values. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  errors: z.array(z.string()).optional(),
});
export type Problem = z.infer<typeof problem>;
