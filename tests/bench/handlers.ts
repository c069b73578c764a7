/** The handlers of the measured endpoint: the site's own one, and one that goes in order. */
import { byUser, defineHandler, listHandlers } from "#handler-kit";
import greetNewUser from "../../netlify/handlers/greet-new-user.ts";
import { ORDERED_TYPE } from "./make-payload.ts";

export const handlers = listHandlers([
  greetNewUser,
  defineHandler({
    name: "in-order",
    on: ORDERED_TYPE,
    order: byUser,
    handle({ target }, { log }) {
      log.info("a user", { id: target?.find(({ type }) => type === "User")?.id });
    },
  }),
]);
