/** A small HTTP server on loopback for tests that need somebody to call. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";

/** A call as the server saw it. */
export interface SeenCall {
  readonly method: string;
  /** From the path on. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Listens on a free port until the test ends. `answer` decides what each call gets. */
export async function listen(
  answer: (call: SeenCall, response: ServerResponse) => void,
): Promise<{ readonly url: string; readonly calls: readonly SeenCall[] }> {
  const calls: SeenCall[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url = "", headers } = request;
    const call = { method, url, headers, body: Buffer.concat(chunks) };
    calls.push(call);
    answer(call, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return { url: `http://127.0.0.1:${address.port}/okta-webhooks-endpoint`, calls };
}
