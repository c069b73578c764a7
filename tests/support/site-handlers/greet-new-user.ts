import { defineHandler } from "#handler-kit";

export default defineHandler({
  name: "greet-new-user",
  on: "user.lifecycle.create",
  handle(event, { log }) {
    const user = event.target?.find((target) => target.type === "User");
    log.info("new user", { id: user?.id, createdBy: event.actor?.id });
  },
});
