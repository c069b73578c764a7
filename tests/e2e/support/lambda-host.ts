/**
 * A program, not a module: serves one packaged function over HTTP, calling its entry point as AWS Lambda does, so that
 * Netlify's own bootstrap turns each call into a Request. `node lambda-host.ts <unpacked directory>`; prints its port.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { z } from "zod";

const [directory = "."] = process.argv.slice(2);

/** What AWS offers to a function that streams its answer. */
Object.assign(globalThis, {
  awslambda: {
    streamifyResponse: (handler: unknown) => handler,
    HttpResponseStream: {
      from(response: ServerResponse, { statusCode, headers, multiValueHeaders }: ResponseHead) {
        return response.writeHead(statusCode, { ...headers, ...multiValueHeaders });
      },
    },
  },
});
interface ResponseHead {
  statusCode: number;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
}
type Handler = (event: object, response: ServerResponse, context: object) => Promise<void>;

const entryPoint = pathToFileURL(join(directory, "___netlify-entry-point.mjs")).href;
const { handler } = z
  .object({ handler: z.custom<Handler>((value) => typeof value === "function") })
  .parse(await import(entryPoint));

async function invoke(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const path = request.url ?? "/";
  const headers = {
    ...Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    host: "site.example",
    "x-nf-client-connection-ip": "203.0.113.7",
    "x-nf-deploy-context": "production",
    "x-nf-deploy-id": "65a1f00d65a1f00d65a1f00d",
    "x-nf-request-id": randomUUID(),
  };
  const event = {
    rawUrl: `https://site.example${path}`,
    path,
    httpMethod: request.method,
    headers,
    body: body.length === 0 ? undefined : body.toString("base64"),
    isBase64Encoded: true,
    flags: {},
  };
  await handler(event, response, { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 60_000 });
}

const server = createServer((request, response) => {
  invoke(request, response).catch((error: unknown) => {
    console.error(error);
    response.writeHead(502).end(String(error));
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`listening on ${typeof address === "object" ? address?.port : address}`);
});
