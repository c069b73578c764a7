/** `GET /api/setup`: what the page's checklist can tick off. */
import { findLastDelivery } from "../../../events/queries/find-last-delivery.ts";
import { SettingsError } from "../../../settings/environment.ts";
import type { Setup } from "../../schema/health.ts";
import type { ApiContext } from "../api-context.ts";
import { json } from "../reply.ts";
import type { Route } from "./route.ts";

export const setupRoute: Route = {
  method: "GET",
  path: "setup",
  async answer({ context }) {
    const { database } = context;
    const [lastDeliveryAt, handlers] = await Promise.all([findLastDelivery(database), context.handlers()]);
    return json({
      secret: secretOf(context),
      handlers: handlers.map(({ name }) => name),
      lastDeliveryAt: lastDeliveryAt?.toISOString() ?? null,
    } satisfies Setup);
  },
};

function secretOf({ readHookSettings }: ApiContext): Setup["secret"] {
  try {
    return readHookSettings().secrets.length > 0 ? "set" : "missing";
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return "unusable";
  }
}
