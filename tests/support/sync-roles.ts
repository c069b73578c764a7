import { byUser, defineHandler, NonRetriableError, RetryAfterError } from "#handler-kit";

export default defineHandler({
  name: "sync-roles",
  on: "group.user_membership.*",
  order: byUser, // or latest: byUser
  async handle(event, { late, log, signal }) {
    const user = event.target?.find((target) => target.type === "User");
    if (!user?.id) throw new NonRetriableError("no user among the targets");
    if (late) log.warn("a newer event of this user has begun", { id: user.id });
    const answer = await fetch(`https://roles.example.com/users/${user.id}`, { method: "POST", signal });
    if (answer.status === 429 || answer.status === 503) throw RetryAfterError.from(answer);
    if (!answer.ok) throw new Error(`The role service answered ${answer.status}`);
  },
});
