/** The handlers of this site. A handler that is not listed here never runs. */
import { listHandlers } from "#handler-kit";
import greetNewUser from "./greet-new-user.ts";

export const handlers = listHandlers([greetNewUser]);
