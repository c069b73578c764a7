/** How a delivery came, in a word or two. */
import type { DeliverySummary } from "../../api/schema/deliveries.ts";

export function originName({ origin, hookdeck }: Pick<DeliverySummary, "origin" | "hookdeck">): string {
  switch (origin) {
    case "okta":
      return "direct";
    case "hookdeck":
      return hookdeck?.attempt && hookdeck.attempt > 1 ? `Hookdeck, attempt ${hookdeck.attempt}` : "Hookdeck";
    case "preview":
      return "our preview";
    case "system-log":
      return "System Log";
  }
}
