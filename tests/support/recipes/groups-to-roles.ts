import * as z from "zod";
import { byUser, defineHandler, RetryAfterError } from "#handler-kit";

const ROLES: Readonly<Record<string, string>> = { Engineering: "developer", Finance: "accountant" };

export default defineHandler({
  name: "groups-to-roles",
  on: ["group.user_membership.add", "group.user_membership.remove", "user.lifecycle.deactivate"],
  latest: byUser,
  okta: ["okta.users.read"],
  settings: z.object({ ROLES_URL: z.url(), ROLES_TOKEN: z.string().min(16) }),
  async handle(event, { okta, settings, signal }) {
    const id = event.target?.find((target) => target.type === "User")?.id;
    if (!id) return;
    const user = await okta.user(id);
    const groups = user?.status === "ACTIVE" ? await okta.groupsOf(id) : [];
    const answer = await fetch(`${settings.ROLES_URL}/users/${id}/roles`, {
      method: "PUT",
      headers: { authorization: `Bearer ${settings.ROLES_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(groups.flatMap(({ profile }) => ROLES[profile.name] ?? [])),
      signal,
    });
    if (answer.status === 429 || answer.status === 503) throw RetryAfterError.from(answer);
    if (!answer.ok) throw new Error(`The role service answered ${answer.status}`);
  },
});
