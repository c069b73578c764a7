/** One question to the API about something that changes without a delivery: asked again with each change, and every now and then. */
import type { Answer } from "./call-api.ts";
import { useLive } from "./use-live.ts";
import { type QueryResult, useQuery } from "./use-query.ts";
import { useWhenChanged } from "./use-when-changed.ts";

/** Every fifth time that the page asks what is new: 10 seconds on this machine, 50 where it is deployed. */
const EVERY_PULSES = 5;

export function usePolledQuery<Value>(key: string, ask: () => Promise<Answer<Value>>): QueryResult<Value> {
  const { feed, pulse } = useLive();
  const query = useQuery(key, ask);
  useWhenChanged(`${feed?.revision ?? 0} ${Math.floor(pulse / EVERY_PULSES)}`, query.again);
  return query;
}
