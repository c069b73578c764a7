import { test } from "vitest";
import { ADDRESS, runHook, startWorld } from "./run-hook.ts";

test("x", async () => {
  const w = await startWorld();
  const show = async (args: string[], answers?: boolean[]) => {
    const s = await runHook(args, w, answers);
    console.log("$ " + args.join(" ") + "\n" + s.screen + "\n=> " + s.exitCode);
  };
  await show(["okta", "status"]);
  await show(["okta", "create", "--url", ADDRESS]);
  await show(["okta", "create", "--url", ADDRESS]);
  w.subscription = ["user.lifecycle.delete.initiated", "group.lifecycle.create"];
  await show(["okta", "sync"]);
  await show(["okta", "sync", "--json"]);
  await show(["okta", "sync", "--yes"]);
  await show(["okta", "sync"]);
  w.endpoint.behaviour.secrets = ["new"];
  await show(["okta", "sync", "--url", ADDRESS + "2", "--yes"]);
  w.variables.OKTA_HOOK_SECRET = "new";
  await show(["okta", "sync", "--secret"]);
  await show(["okta", "sync", "--secret", "--header", "x-a: b"], [true]);
  await show(["okta", "rotate-secret"], [true]);
  w.endpoint.behaviour.secrets.push(
    "Basic " + Buffer.from("okta:" + Buffer.alloc(32, 7).toString("base64url")).toString("base64"),
  );
  await show(["okta", "rotate-secret"], [true]);
  await show(["okta", "deactivate"]);
  await show(["okta", "delete"]);
  await show(["okta", "delete"], [false]);
  w.org.log.push({
    uuid: "1",
    published: "2026-11-24T08:00:00.000Z",
    eventType: "event_hook.delivery",
    outcome: { result: "FAILURE", reason: "timeout" },
    target: [{ id: "who1", type: "EventHook", displayName: "New user event hook" }],
  });
  await show(["okta", "status"]);
  await show(["okta", "delete", "--yes"]);
  console.log(w.org.requests.join("\n"));
});
