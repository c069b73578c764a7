/**
 * Opens an org through Okta's SDK. The SDK is loaded here and only when needed: it takes about a second.
 *
 * The SDK also reads `okta.yaml` here and in the home directory and `OKTA_CLIENT_*` from the environment; what it
 * is given explicitly wins, and an empty text counts as given. So every option is given: nothing found
 * elsewhere may send a token to another org.
 */
import type { OktaSettings } from "../config.ts";
import { readEventHook, writeEventHook } from "./event-hook.ts";
import { explainFailure, type Operation } from "./explain-failure.ts";
import { OktaError } from "./okta-error.ts";
import type { Org } from "./org.ts";
import { readDeliveryFailure } from "./read-delivery-failure.ts";
import { type Sending, sendRequest } from "./send-request.ts";
import { signInProblem } from "./sign-in-problem.ts";

/** Okta pages by 100; a year's failures would be of no use on a terminal. */
const MAX_FAILURES = 100;

/**
 * Opens the org of the settings. Nothing is sent before the first call.
 * @throws {OktaError} when the SDK cannot be set up.
 */
export async function openOrg(
  settings: OktaSettings,
  { clock, fetch, onWait }: Omit<Sending, "orgUrl">,
): Promise<Org> {
  const { orgUrl, signIn } = settings;
  const { host } = new URL(orgUrl);
  const { Client, RequestExecutor } = await import("@okta/okta-sdk-nodejs");
  const sending: Sending = { orgUrl, clock, fetch, onWait };
  const requestExecutor = Object.assign(new RequestExecutor(), {
    async fetch(request: Parameters<typeof sendRequest>[0]) {
      const response = await sendRequest(request, sending);
      const problem = await signInProblem(request, response, host);
      if (problem !== undefined) throw problem;
      return response;
    },
  });
  let client: InstanceType<typeof Client>;
  try {
    client = new Client({
      orgUrl,
      authorizationMode: signIn.by === "token" ? "SSWS" : "PrivateKey",
      token: signIn.by === "token" ? signIn.token : "",
      clientId: signIn.by === "key" ? signIn.clientId : "",
      privateKey: signIn.by === "key" ? signIn.privateKey : "",
      keyId: signIn.by === "key" ? (signIn.keyId ?? "") : "",
      scopes: signIn.by === "key" ? ["okta.eventHooks.manage", "okta.logs.read"] : [],
      requestExecutor,
      cacheMiddleware: null, // A status that is read back must be the org's, not the one of before.
    });
  } catch (cause) {
    throw new OktaError(
      "broken",
      "Okta's SDK cannot start: is there an okta.yaml, here or in ~/.okta, that it cannot read?",
      {
        cause,
      },
    );
  }

  async function ask<Answer>(
    goal: string,
    call: () => Promise<Answer>,
    scope: Operation["scope"] = "okta.eventHooks.manage",
  ) {
    try {
      return await call();
    } catch (error) {
      throw explainFailure(error, { goal, scope }, { host, signIn: signIn.by });
    }
  }

  const hooks = client.eventHookApi;
  return {
    host,
    listHooks: () =>
      ask("list the event hooks", async () => {
        const list = [];
        for await (const hook of await hooks.listEventHooks()) if (hook) list.push(readEventHook(hook));
        return list;
      }),
    readHook: (eventHookId) =>
      ask("read the event hook", async () => readEventHook(await hooks.getEventHook({ eventHookId }))),
    createHook: (hook) =>
      ask("create the event hook", async () =>
        readEventHook(await hooks.createEventHook({ eventHook: writeEventHook(hook) })),
      ),
    replaceHook: (eventHookId, hook) =>
      ask("change the event hook", async () =>
        readEventHook(await hooks.replaceEventHook({ eventHookId, eventHook: writeEventHook(hook) })),
      ),
    activateHook: (eventHookId) =>
      ask("activate the event hook", async () =>
        readEventHook(await hooks.activateEventHook({ eventHookId })),
      ),
    deactivateHook: (eventHookId) =>
      ask("deactivate the event hook", async () =>
        readEventHook(await hooks.deactivateEventHook({ eventHookId })),
      ),
    deleteHook: (eventHookId) =>
      ask("delete the event hook", async () => {
        await hooks.deleteEventHook({ eventHookId });
      }),
    verifyHook: (eventHookId) =>
      ask("verify the event hook", async () => readEventHook(await hooks.verifyEventHook({ eventHookId }))),
    listDeliveryFailures: (since) =>
      ask(
        "read the System Log",
        async () => {
          const failures = [];
          const events = await client.systemLogApi.listLogEvents({
            since: since.toISOString(),
            filter: 'eventType eq "event_hook.delivery"',
            sortOrder: "DESCENDING",
            limit: MAX_FAILURES,
          });
          for await (const event of events) {
            // Okta records failed attempts only; should it ever record others, they are no failures.
            if (event && event.outcome?.result !== "SUCCESS") failures.push(readDeliveryFailure(event));
            if (failures.length >= MAX_FAILURES) break;
          }
          return failures;
        },
        "okta.logs.read",
      ),
  };
}
