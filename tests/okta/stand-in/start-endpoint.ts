/** A stand-in for the endpoint: it answers the challenge of whoever has the secret, as ours does. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How the endpoint behaves; may be changed while it runs. */
export interface EndpointBehaviour {
  /** The header values that it accepts; none: it is open. */
  secrets: string[];
  header: string;
  /** Answers with this status instead, e.g. 503. */
  status?: number;
  /** Answers with this page instead, as Netlify does for the endpoint. */
  page?: { readonly status: number; readonly text: string; readonly location?: string };
  /** Answers everybody with the challenge, as Hookdeck does for a source of type Okta. */
  answersForOthers?: boolean;
  /** Never answers. */
  hangs?: boolean;
}

/** A running endpoint. */
export interface StandInEndpoint extends AsyncDisposable {
  readonly url: string;
  readonly behaviour: EndpointBehaviour;
  /** How many challenges it answered. */
  challenges: number;
}

/** Our endpoint's refusals are problem documents. */
function refuse(response: ServerResponse): void {
  response.writeHead(401, { "content-type": "application/problem+json" }).end('{"status":401}');
}

/** Starts an endpoint on loopback. */
export async function startEndpoint(behaviour: EndpointBehaviour): Promise<StandInEndpoint> {
  const server = createServer((request, response) => {
    if (behaviour.hangs) return;
    const given = request.headers[behaviour.header];
    const known = behaviour.secrets.length === 0 || behaviour.secrets.includes(String(given));
    const challenge = request.headers["x-okta-verification-challenge"];
    if (behaviour.page) {
      const { status, text, location } = behaviour.page;
      response.writeHead(status, { "content-type": "text/html", ...(location && { location }) }).end(text);
    } else if (behaviour.status !== undefined) response.writeHead(behaviour.status).end();
    else if (!known && !behaviour.answersForOthers) refuse(response);
    else if (request.method === "POST") response.writeHead(204).end();
    else if (challenge === undefined) response.writeHead(400).end();
    else {
      endpoint.challenges += 1;
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ verification: challenge }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint: StandInEndpoint = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/okta-webhooks-endpoint`,
    behaviour,
    challenges: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return endpoint;
}
