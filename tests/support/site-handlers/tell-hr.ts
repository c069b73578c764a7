import * as z from "zod";
import { defineHandler } from "#handler-kit";

export default defineHandler({
  name: "tell-hr",
  on: "user.lifecycle.deactivate",
  settings: z.object({ HR_TOKEN: z.string().min(16) }),
  when: (event) => event.actor?.type === "User",
  handle: (_event, { settings: { HR_TOKEN }, log }) => log.info("told", { length: HR_TOKEN.length }),
});
