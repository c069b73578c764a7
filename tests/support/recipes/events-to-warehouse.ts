import { forward } from "#handler-kit/ready-made";

export default forward({
  name: "events-to-warehouse",
  on: ["user.*", "group.*"],
  when: (event) => event.outcome?.result === "SUCCESS",
});
