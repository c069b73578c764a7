import { slackMessage } from "#handler-kit/ready-made";

export default slackMessage({
  name: "slack-on-lockout",
  on: "user.account.lock",
  text: (event) => `Locked out: ${event.target?.find((target) => target.type === "User")?.alternateId}`,
});
