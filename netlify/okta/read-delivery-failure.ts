/** Reads an `event_hook.delivery` of the System Log. Any part of it can be missing or null. */
import type { DeliveryFailure } from "./org.ts";

/** The parts that are read. */
interface DeliveryEvent {
  readonly published?: Date | undefined;
  readonly displayMessage?: string | undefined;
  readonly outcome?: { readonly result?: string; readonly reason?: string } | null | undefined;
  readonly target?:
    | readonly ({ readonly id?: string; readonly displayName?: string } | null)[]
    | null
    | undefined;
}

/** A failed delivery of the System Log's. */
export function readDeliveryFailure({
  published,
  displayMessage,
  outcome,
  target,
}: DeliveryEvent): DeliveryFailure {
  return {
    published: published instanceof Date && !Number.isNaN(published.getTime()) ? published : undefined,
    reason: outcome?.reason || displayMessage || "no reason given",
    hooks: (target ?? []).flatMap((one) =>
      [one?.id, one?.displayName].filter((name) => typeof name === "string"),
    ),
  };
}
