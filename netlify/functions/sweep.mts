/** Every five minutes: what Okta did not deliver, what the deliveries left behind, and once a day the retention. Wiring only. */
import type { Config, Context } from "@netlify/functions";
import { serveSweep } from "../sweep/serve-sweep.ts";

export default function sweep(_request: Request, context: Context): Promise<Response> {
  return serveSweep(context, (name) => Netlify.env.get(name));
}

export const config: Config = { schedule: "*/5 * * * *" };
