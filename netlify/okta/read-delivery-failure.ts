/** Reads an `event_hook.delivery` of the System Log. Any part of it can be missing or null. */

/** A delivery that Okta could not make, from the System Log. */
export interface DeliveryFailure {
  readonly published: Date | undefined;
  /** Why, in the org's words. */
  readonly reason: string;
  /** The hook's id or name, where the event names it. */
  readonly hooks: readonly string[];
}

/** Okta's event for a delivery that failed; hooks never get it. */
export const DELIVERY_FAILED = "event_hook.delivery";

/** The parts that are read. */
interface DeliveryEvent {
  readonly published?: unknown;
  readonly displayMessage?: string | undefined;
  readonly outcome?: { readonly result?: string; readonly reason?: string } | null | undefined;
  readonly target?:
    | readonly ({ readonly id?: string; readonly displayName?: string } | null)[]
    | null
    | undefined;
}

/**
 * A failed delivery of the System Log's; undefined: it is none. Okta records failed attempts only; should it ever record
 * others, they are no failures.
 */
export function readDeliveryFailure(event: unknown): DeliveryFailure | undefined {
  const { published, displayMessage, outcome, target }: DeliveryEvent = Object(event);
  if (outcome?.result === "SUCCESS") return undefined;
  const at = new Date(typeof published === "string" ? published : Number.NaN);
  return {
    published: Number.isNaN(at.getTime()) ? undefined : at,
    reason: outcome?.reason || displayMessage || "no reason given",
    hooks: (target ?? []).flatMap((one) =>
      [one?.id, one?.displayName].filter((name) => typeof name === "string"),
    ),
  };
}
