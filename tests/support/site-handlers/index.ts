/** The handlers that our own tests run with, whatever the owner of the site has in netlify/handlers. */
import { listHandlers } from "#handler-kit";
import greetNewUser from "./greet-new-user.ts";
import tellHr from "./tell-hr.ts";

export const handlers = listHandlers([greetNewUser, tellHr]);
