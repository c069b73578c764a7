/** An example to start from: reacts to each new user. */
import { defineHandler } from "#handler-kit";

export default defineHandler({
  name: "greet-new-user",
  on: "user.lifecycle.create",
  handle(event, { log }) {
    // Read targets by type, never by position: Okta promises no order.
    const user = event.target?.find((target) => target.type === "User");
    if (!user) {
      log.warn("a new user without a user among its targets", { uuid: event.uuid });
      return;
    }
    // Your own work goes here: greet them, open their accounts elsewhere, tell a colleague. It may happen twice
    // (after a crash), so hand `event.uuid` on as the idempotency key, and `signal` to each `fetch`.
    // Ids only: what a handler logs is kept in the log of the deploy, and names and addresses are people's data.
    log.info("new user", { id: user.id, createdBy: event.actor?.id });
  },
});
