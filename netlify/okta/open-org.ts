/** Opens an org: its event hooks and the deliveries that failed, as commands ask for them. */
import type { OktaSettings } from "../settings/okta-settings.ts";
import { connectOrg, type OrgCall, readJson } from "./call-org.ts";
import { type EventHook, type HookSpecification, readEventHook, writeEventHook } from "./event-hook.ts";
import { DELIVERY_FAILED, type DeliveryFailure, readDeliveryFailure } from "./read-delivery-failure.ts";
import type { RequestContext } from "./send-request.ts";

/** One page of the log. More failures would be of no use on a terminal. */
const MAX_FAILURES = 100;

const HOOKS = "/api/v1/eventHooks";

/** What can be asked of an org. */
export type Org = ReturnType<typeof openOrg>;

/** Opens the org of the settings. Nothing is sent before the first call; each throws an OktaError where the org does not do it. */
export function openOrg(settings: OktaSettings, sending: Omit<RequestContext, "orgUrl">) {
  const org = connectOrg(settings, sending, { scopes: [["okta.eventHooks.manage", "okta.logs.read"]] });
  const { host } = org;
  const ask = async (goal: string, call: Omit<OrgCall, "goal" | "scope">): Promise<string> =>
    (await org.call({ goal, scope: "okta.eventHooks.manage", ...call })).text;
  const askHook = async (goal: string, call: Omit<OrgCall, "goal" | "scope">): Promise<EventHook> =>
    readEventHook(readJson(await ask(goal, call), host));
  const pathOf = (id: string) => `${HOOKS}/${encodeURIComponent(id)}`;

  return {
    host,
    listHooks: async () => readHooks(await ask("list the event hooks", { path: HOOKS }), host),
    readHook: (id: string) => askHook("read the event hook", { path: pathOf(id) }),
    createHook: (hook: HookSpecification) =>
      askHook("create the event hook", { method: "POST", path: HOOKS, body: writeEventHook(hook) }),
    replaceHook: (id: string, hook: HookSpecification) =>
      askHook("change the event hook", { method: "PUT", path: pathOf(id), body: writeEventHook(hook) }),
    activateHook: (id: string) =>
      askHook("activate the event hook", { method: "POST", path: `${pathOf(id)}/lifecycle/activate` }),
    deactivateHook: (id: string) =>
      askHook("deactivate the event hook", { method: "POST", path: `${pathOf(id)}/lifecycle/deactivate` }),
    /** Okta refuses to delete a hook that is active. */
    async deleteHook(id: string): Promise<void> {
      await ask("delete the event hook", { method: "DELETE", path: pathOf(id) });
    },
    /** Makes Okta call the hook's address with a challenge. */
    verifyHook: (id: string) =>
      askHook("verify the event hook", { method: "POST", path: `${pathOf(id)}/lifecycle/verify` }),
    /** The failed deliveries since then, the latest first, at most 100. */
    async listDeliveryFailures(since: Date): Promise<readonly DeliveryFailure[]> {
      const query = new URLSearchParams({
        since: since.toISOString(),
        filter: `eventType eq "${DELIVERY_FAILED}"`,
        sortOrder: "DESCENDING",
        limit: String(MAX_FAILURES),
      });
      const { text } = await org.call({
        goal: "read the System Log",
        scope: "okta.logs.read",
        path: `/api/v1/logs?${query}`,
      });
      return listOf(readJson(text, host)).flatMap((event) => readDeliveryFailure(event) ?? []);
    },
  };
}

/** Reads the answer to a question for all hooks; an org has 25 at most, which is one page. */
export function readHooks(text: string, host: string): EventHook[] {
  return listOf(readJson(text, host)).flatMap((hook) => (hook === null ? [] : [readEventHook(hook)]));
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
