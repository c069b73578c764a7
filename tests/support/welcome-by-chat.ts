import { defineHandler } from "#handler-kit";

export default defineHandler({
  name: "welcome-by-chat",
  on: "user.lifecycle.create", // or "user.lifecycle.*", or a list
  async handle(event, { log, signal }) {
    const user = event.target?.find((target) => target.type === "User");
    const answer = await fetch("https://chat.example.com/welcome", {
      method: "POST",
      headers: { "idempotency-key": event.uuid },
      body: JSON.stringify({ name: user?.displayName }),
      signal,
    });
    if (!answer.ok) throw new Error(`the chat answered ${answer.status}`); // and so it is tried again
    log.info("welcomed", { id: user?.id });
  },
});
