/** The handlers of this site. A handler that is not listed here never runs. */
import greetNewUser from "./greet-new-user.ts";
import { listHandlers } from "./handler-list.ts";

export const handlers = listHandlers([greetNewUser]);
