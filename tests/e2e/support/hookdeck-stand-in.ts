/**
 * A stand-in for Hookdeck on loopback: as much of its API and websocket as the real Hookdeck CLI needs to listen, and
 * a `deliver` that does what Hookdeck does with a webhook: adds its headers, signs the raw body, sends it to the CLI.
 *
 * Which calls the CLI makes was observed with hookdeck-cli 2.6.0, and can be read at
 * https://github.com/hookdeck/hookdeck-cli (pkg/hookdeck, pkg/listen, pkg/websocket).
 */
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";

/** What the CLI reports about one attempt. `error`: the local server did not answer. */
type AttemptResult = { readonly status: number; readonly data: string } | { readonly status: "error" };

interface Webhook {
  readonly method?: string;
  /** What the sender wrote behind the source's address: Hookdeck adds it to the destination's path. */
  readonly pathBehind?: string;
  /** Headers as the sender (Okta) sent them. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Replaces the right signature. */
  readonly signature?: string;
}

export interface HookdeckStandIn {
  /** What the CLI must be told to find the stand-in: `--api-base`, `--ws-base` and a key. */
  readonly cliFlags: readonly string[];
  /** The API calls made so far, e.g. `POST /sources`; the dated prefix is left out. */
  readonly calls: readonly string[];
  /** Sends a webhook as Hookdeck would, once the CLI is connected. @returns what the CLI reported and the event's page. */
  deliver(webhook: Webhook): Promise<{ result: AttemptResult; eventUrl: string }>;
  stop(): Promise<void>;
}

const sourceInput = z.object({ name: z.string() });
const connectionInput = z.object({
  name: z.string(),
  destination: z.looseObject({
    name: z.string(),
    cli_path: z.string().optional(),
    config: z.looseObject({ path: z.string().optional() }).optional(),
  }),
});
const destinationInput = z.looseObject({
  cli_path: z.string().optional(),
  config: z.looseObject({ path: z.string().optional() }).optional(),
});
const attemptResponse = z.object({
  event: z.literal("attempt_response"),
  body: z.union([
    z.object({ attempt_id: z.string(), error: z.literal(true) }),
    z.object({ attempt_id: z.string(), status: z.number(), data: z.string() }),
  ]),
});

/** Starts the stand-in on a free port of 127.0.0.1. It signs with `signingSecret`. */
export async function startHookdeckStandIn({
  signingSecret,
}: {
  signingSecret: string;
}): Promise<HookdeckStandIn> {
  const calls: string[] = [];
  const waiting = new Map<string, (result: AttemptResult) => void>();
  let source: ReturnType<typeof sourceNamed> | undefined;
  let connection: ReturnType<typeof connectionTo> | undefined;

  async function answer(call: string, request: IncomingMessage): Promise<unknown> {
    switch (call) {
      case "GET /cli-auth/validate":
        return account;
      case "GET /sources":
        return listOf(source);
      case "POST /sources":
        source = sourceNamed(sourceInput.parse(await readJson(request)).name);
        return source;
      case "GET /connections":
        return listOf(connection);
      case "POST /connections": {
        const { name, destination } = connectionInput.parse(await readJson(request));
        const path = destination.cli_path ?? destination.config?.path ?? "/";
        connection = connectionTo({ name, destinationName: destination.name, path, source });
        return connection;
      }
      case "PUT /destinations/des_1": {
        const { cli_path, config } = destinationInput.parse(await readJson(request));
        if (connection === undefined) return undefined;
        connection.destination.cli_path = cli_path ?? config?.path ?? connection.destination.cli_path;
        return connection.destination;
      }
      case "POST /cli-sessions":
        return { id: "clises_1" };
      default:
        return undefined;
    }
  }

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname.replace(/^\/\d{4}-\d\d-\d\d/, "");
    const call = `${request.method} ${path}`;
    calls.push(call);
    answer(call, request).then(
      (body) => {
        response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" });
        response.end(JSON.stringify(body ?? { message: `not part of the stand-in: ${call}` }));
      },
      (error: unknown) => response.writeHead(422).end(JSON.stringify({ message: String(error) })),
    );
  });
  const sockets = new WebSocketServer({ server });
  const connected = new Promise<WebSocket>((resolve) => {
    sockets.on("connection", (socket) => {
      socket.on("message", (message) => {
        const parsed = attemptResponse.safeParse(JSON.parse(String(message)));
        if (!parsed.success) return;
        const { body } = parsed.data;
        waiting.get(body.attempt_id)?.(
          "error" in body ? { status: "error" } : { status: body.status, data: body.data },
        );
        waiting.delete(body.attempt_id);
      });
      resolve(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stand-in got no port");
  const host = `127.0.0.1:${address.port}`;

  return {
    cliFlags: ["--api-base", `http://${host}`, "--ws-base", `ws://${host}`, "--cli-key", "stand-in-key"],
    calls,
    async deliver({ method = "POST", pathBehind = "", headers = {}, body, signature }) {
      const socket = await connected;
      if (connection === undefined) throw new Error("the CLI has made no connection");
      const eventId = `evt_${randomUUID()}`;
      const attemptId = `atm_${randomUUID()}`;
      const eventUrl = `https://dashboard.hookdeck.com/events/${eventId}`;
      const result = new Promise<AttemptResult>((resolve) => waiting.set(attemptId, resolve));
      const added = {
        "x-hookdeck-eventid": eventId,
        "idempotency-key": eventId,
        "x-hookdeck-requestid": `req_${randomUUID()}`,
        "x-hookdeck-attempt-count": "1",
        "x-hookdeck-attempt-trigger": "INITIAL",
        "x-hookdeck-source-name": connection.source?.name ?? "",
        "x-hookdeck-destination-name": connection.destination.name,
        "x-hookdeck-connection-name": connection.name,
        "x-hookdeck-event-url": eventUrl,
        "x-hookdeck-original-ip": "203.0.113.7",
        "x-hookdeck-verified": "false",
        "x-hookdeck-signature": signature ?? sign(body, signingSecret),
      };
      socket.send(
        JSON.stringify({
          event: "attempt",
          body: {
            cli_path: `${connection.destination.cli_path ?? ""}${pathBehind}`,
            event_id: eventId,
            attempt_id: attemptId,
            webhook_id: connection.id,
            request: { method, timeout: 30_000, data_string: body, headers: { ...headers, ...added } },
          },
        }),
      );
      return { result: await result, eventUrl };
    },
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const account = {
  user_id: "usr_1",
  user_name: "Test",
  user_email: "test@example.com",
  organization_name: "Test",
  organization_id: "org_1",
  team_id: "tm_1",
  team_name_no_org: "Test",
  team_mode: "inbound",
  client_id: "cl_1",
};

function sourceNamed(name: string) {
  return { id: "src_1", name, url: "https://hkdk.events/stand-in", ...timestamps };
}

function connectionTo({
  name,
  destinationName,
  path,
  source,
}: {
  name: string;
  destinationName: string;
  path: string;
  source: ReturnType<typeof sourceNamed> | undefined;
}) {
  return {
    id: "web_1",
    name,
    full_name: `${source?.name} -> ${name}`,
    team_id: account.team_id,
    source,
    destination: {
      id: "des_1",
      name: destinationName,
      type: "CLI",
      cli_path: path,
      config: { path },
      ...timestamps,
    },
    ...timestamps,
  };
}

const timestamps = { created_at: "2026-11-02T09:00:00.000Z", updated_at: "2026-11-02T09:00:00.000Z" };

function listOf(model: unknown) {
  const models = model === undefined ? [] : [model];
  return { models, count: models.length, pagination: { order_by: "created_at", dir: "desc", limit: 255 } };
}

/** Hookdeck's signature: base64 of an HMAC-SHA256 over the raw body, with the project's signing secret. */
function sign(body: string, signingSecret: string): string {
  return createHmac("sha256", signingSecret).update(body).digest("base64");
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  return JSON.parse(text);
}
