/** The handlers of the pictures: one works, one has given up, one is tried again. */
import { defineHandler } from "../../../netlify/handler-kit/define-handler.ts";

export const handlers = [
  defineHandler({ name: "greet-new-user", on: "user.lifecycle.create", handle: () => undefined }),
  defineHandler({
    name: "create-mailbox",
    on: "user.lifecycle.create",
    retries: 0,
    handle(event) {
      if (/^(?:Jane|Mei)/.test(event.target?.[0]?.displayName ?? ""))
        throw new Error("mail.example.com answered 403: no licence left");
    },
  }),
  defineHandler({
    name: "tell-the-help-desk",
    on: "user.account.lock",
    retries: 8,
    handle() {
      throw new Error("desk.example.com did not answer within 5 s");
    },
  }),
];
