import * as z from "zod";
import { defineHandler } from "#handler-kit";

export default defineHandler({
  name: "offboard-user",
  on: "user.lifecycle.deactivate", // or "user.lifecycle.*", or a list
  when: (event) => event.outcome?.result === "SUCCESS", // which of them; all, where there is no `when`
  settings: z.object({ HR_URL: z.url(), HR_TOKEN: z.string().min(16) }), // from .env, or the site's variables
  async handle(event, { settings, log, signal }) {
    const user = event.target?.find((target) => target.type === "User");
    const answer = await fetch(`${settings.HR_URL}/leavers`, {
      method: "POST",
      headers: { authorization: `Bearer ${settings.HR_TOKEN}`, "idempotency-key": event.uuid },
      body: JSON.stringify({ oktaId: user?.id }),
      signal,
    });
    if (!answer.ok) throw new Error(`HR answered ${answer.status}`); // and so it is tried again
    log.info("offboarded", { id: user?.id });
  },
});
