import * as z from "zod";
import { defineHandler } from "#handler-kit";

export default defineHandler({
  name: "offboard-user",
  on: "user.lifecycle.deactivate", // or "user.lifecycle.*", or a list
  when: (event) => event.outcome?.result === "SUCCESS", // optional: only these of them
  settings: z.object({ HR_URL: z.url(), HR_TOKEN: z.string().min(16) }), // from .env; on the site, its variables
  async handle(event, { settings, log, signal }) {
    const user = event.target?.find((target) => target.type === "User");
    const answer = await fetch(`${settings.HR_URL}/leavers`, {
      method: "POST",
      headers: { authorization: `Bearer ${settings.HR_TOKEN}`, "idempotency-key": event.uuid },
      body: JSON.stringify({ oktaId: user?.id }),
      signal,
    });
    if (!answer.ok) throw new Error(`HR answered ${answer.status}`); // it is tried again later
    log.info("offboarded", { id: user?.id });
  },
});
