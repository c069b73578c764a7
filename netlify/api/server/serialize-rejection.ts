/** A rejected call of the store in the contract's words. */
import type { StoredRejection } from "../../events/queries/list-rejections.ts";
import type { Rejection } from "../schema/deliveries.ts";

/** Tells it. */
export function serializeRejection({ receivedAt, ...rejection }: StoredRejection): Rejection {
  return { ...rejection, receivedAt: receivedAt.toISOString() };
}
