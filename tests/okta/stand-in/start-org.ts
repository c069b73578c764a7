/**
 * A stand-in for an Okta org on loopback. Every request is checked against a slice of Okta's published contract
 * (`management.openapi.yaml`, beside this file); what departs from it is answered with 400 and kept in
 * `violations`, which a test should find empty.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Context, OpenAPIBackend } from "openapi-backend";
import { type Calling, deliver } from "./call-address.ts";
import { answerTokenRequest, type ServiceApp } from "./oauth.ts";
import {
  type ApiAnswer,
  forbidden,
  type HookBody,
  type OrgRules,
  OrgState,
  type StoredHook,
  unauthorized,
} from "./org-state.ts";
import { type LogEntry, SystemLog } from "./system-log.ts";

/** How an org is set up. */
export interface OrgOptions {
  readonly serviceApp?: ServiceApp;
  /** The scopes or permissions of the API token's admin. */
  readonly permissions?: readonly string[];
  readonly filters?: OrgRules["filters"];
  readonly resolve?: Calling["resolve"];
  /** How long a hook's address may take. Okta waits 3 s; a busy machine may take longer. */
  readonly timeoutMs?: number;
}

/** An answer given instead of the org's own. */
export interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Only for requests such as "POST /api/v1/eventHooks"; default: any. */
  readonly on?: string;
}

/** A running stand-in. */
export interface StandInOrg extends AsyncDisposable {
  readonly url: string;
  readonly apiToken: string;
  /** The scopes or permissions of the API token's admin. */
  readonly permissions: string[];
  readonly state: OrgState;
  /** Each request as "METHOD /path", in order. */
  readonly requests: string[];
  readonly violations: string[];
  /** The System Log. */
  readonly log: SystemLog;
  /** Answered in turn before anything else. */
  readonly faults: Fault[];
  /** How many events hooks may still get today (Okta: 400,000). Past it they are not triggered, and nothing is kept for later. */
  eventsLeft: number;
  /** Asked before each request to the System Log: an answer to give instead. */
  failLog: (() => Fault | undefined) | undefined;
  /**
   * Lets events happen: each is persisted now, and delivered (one POST for all of them) to the hooks that are active, verified
   * and subscribed, unless told otherwise.
   * @returns the statuses that came back
   */
  emit(events: readonly LogEntry[], how?: { readonly deliver?: boolean }): Promise<number[]>;
  /** Sends events to each hook that is active, verified and subscribed; the statuses that came back. */
  deliver(eventType: string, events: readonly object[]): Promise<number[]>;
}

const apiToken = "00stand-in-token";
const contract = fileURLToPath(new URL("./management.openapi.yaml", import.meta.url));

/** Starts an org without hooks. */
export async function startOrg(options: OrgOptions = {}): Promise<StandInOrg> {
  const calling: Calling = {
    resolve: options.resolve ?? ((address) => address),
    timeoutMs: options.timeoutMs ?? 30_000,
  };
  const state = new OrgState({ filters: options.filters ?? true }, calling);
  const permissions = [...(options.permissions ?? ["okta.eventHooks.manage", "okta.logs.read"])];
  const tokens = new Map<string, readonly string[]>([[`SSWS ${apiToken}`, permissions]]);
  const requests: string[] = [];
  const violations: string[] = [];
  const log = new SystemLog();
  const faults: Fault[] = [];

  const allowed = ({ request, operation }: Context) =>
    covers(tokens.get(String(request.headers.authorization)) ?? [], operation.security);
  const api = new OpenAPIBackend({
    definition: contract,
    quick: true,
    ajvOpts: { strict: false, formats: { "date-time": true } },
    securityHandlers: {
      apiToken: allowed,
      oauth2: allowed,
    },
    handlers: {
      unauthorizedHandler: ({ request }): ApiAnswer =>
        tokens.has(String(request.headers.authorization)) ? forbidden() : unauthorized(),
      listEventHooks: () => state.list(),
      getEventHook: ({ request }) => state.read(String(request.params.eventHookId)),
      createEventHook: ({ request }) => state.create(request.requestBody as HookBody),
      replaceEventHook: ({ request }) =>
        state.replace(String(request.params.eventHookId), request.requestBody as HookBody),
      deleteEventHook: ({ request }) => state.delete(String(request.params.eventHookId)),
      activateEventHook: ({ request }) => state.setStatus(String(request.params.eventHookId), "ACTIVE"),
      deactivateEventHook: ({ request }) => state.setStatus(String(request.params.eventHookId), "INACTIVE"),
      verifyEventHook: ({ request }) => state.verify(String(request.params.eventHookId)),
      listLogEvents: (_, address: URL) => log.answer(address),
      validationFail: ({ request, validation }): ApiAnswer => {
        violations.push(`${request.method} ${request.path}: ${JSON.stringify(validation.errors)}`);
        return {
          status: 400,
          body: { errorCode: "E0000003", errorSummary: "The request departs from the contract." },
        };
      },
      notFound: ({ request }): ApiAnswer => {
        violations.push(`${request.method} ${request.path}: no such operation`);
        return { status: 404, body: { errorCode: "E0000022", errorSummary: "No such endpoint" } };
      },
    },
  });
  await api.init();

  const server = createServer(async (incoming, outgoing) => {
    const body = await readBody(incoming);
    const { pathname, search } = new URL(incoming.url ?? "/", "http://org");
    const name = `${incoming.method} ${pathname}`;
    requests.push(name);
    const send = ({ status, body: content, headers }: ApiAnswer) => {
      const date = new Date(log.now()).toUTCString();
      outgoing.writeHead(status, { "content-type": "application/json", date, ...headers });
      outgoing.end(
        typeof content === "string" ? content : content === undefined ? "" : JSON.stringify(content),
      );
    };
    const fault = faults.findIndex(({ on }) => on === undefined || on === name);
    const [failing = name === "GET /api/v1/logs" ? org.failLog?.() : undefined] =
      fault < 0 ? [] : faults.splice(fault, 1);
    if (failing) return send({ body: "{}", ...failing });
    if (name === "POST /oauth2/v1/token") {
      const proof = String(incoming.headers.dpop ?? "");
      const answer = answerTokenRequest(
        new URLSearchParams(body),
        proof,
        `${url}${pathname}`,
        options.serviceApp,
      );
      const scheme = options.serviceApp?.dpop ? "DPoP" : "Bearer";
      if (answer.token) tokens.set(`${scheme} ${answer.token.value}`, answer.token.scopes);
      return send(answer);
    }
    const call = {
      method: incoming.method ?? "",
      path: pathname,
      query: search,
      headers: incoming.headers as Record<string, string>,
      body: body === "" ? undefined : body,
    };
    return send(await api.handleRequest(call, new URL(incoming.url ?? "/", url)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.origin = url;

  const subscribed = (eventType: string | undefined) =>
    [...state.hooks.values()].filter(
      ({ status, verificationStatus, events }) =>
        status === "ACTIVE" && verificationStatus === "VERIFIED" && events.items.includes(eventType ?? ""),
    );
  const org: StandInOrg = {
    url,
    apiToken,
    permissions,
    state,
    requests,
    violations,
    log,
    faults,
    failLog: undefined,
    eventsLeft: 400_000,
    async emit(events, { deliver: delivers = true } = {}) {
      for (const event of events) log.persist(inLog(event, subscribed(event.eventType)), log.now());
      if (!delivers || org.eventsLeft < events.length) return [];
      org.eventsLeft -= events.length;
      const sent = await Promise.all(
        [...state.hooks.values()].map(async (hook) => {
          const own = events.filter(({ eventType }) => subscribed(eventType).includes(hook));
          return own.length === 0 ? [] : [await deliver(hook, own, calling)];
        }),
      );
      return sent.flat();
    },
    deliver: async (eventType, events) =>
      Promise.all(subscribed(eventType).map((hook) => deliver(hook, events, calling))),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return org;
}

/** An event as the log has it: the IP chain under `request`, where a hook gets it under `client`, and the hooks that were configured for it when it happened. */
function inLog(event: LogEntry, hooks: readonly StoredHook[]): LogEntry {
  const { client, ...rest } = event;
  const { ipChain, ...others } = Object(client);
  const ids = hooks.map(({ id }) => id).join(",");
  const debugContext = ids === "" ? {} : { debugContext: { debugData: { targetEventHookIds: ids } } };
  return {
    ...debugContext,
    ...rest,
    ...(client === undefined ? {} : { client: others }),
    ...(ipChain === undefined ? {} : { request: { ipChain } }),
  };
}

/** Whether what was granted covers the scope that the contract names for an operation: manage covers read. */
function covers(
  granted: readonly string[],
  security: readonly Readonly<Record<string, string[]>>[] = [],
): boolean {
  const needed = security.flatMap(({ oauth2 = [] }) => oauth2);
  return needed.some(
    (scope) => granted.includes(scope) || granted.includes(scope.replace(/read$/, "manage")),
  );
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
