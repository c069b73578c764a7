/** The built page on a port, with its own headers as Netlify sends them, and any API behind `/api`. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve } from "node:path";

/** Answers a call to `/api/…` or to the endpoint. */
export type Api = (request: Request) => Response | Promise<Response>;

export interface ServedPage {
  /** `http://localhost:<port>`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Every call to `/api/…` so far, as method, path and query. */
  readonly calls: string[];
  /** What they were answered, as method, path and status. */
  readonly answers: string[];
  stop(): Promise<void>;
}

const site = resolve(import.meta.dirname, "../../../.build/site");
const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** @param port a fixed one where a test starts the server again; any free one by default. */
export async function servePage(api: Api, { port = 0 }: { port?: number } = {}): Promise<ServedPage> {
  const calls: string[] = [];
  const answers: string[] = [];
  const headers = readHeaders(await readFile(join(site, "_headers"), "utf8"));
  const server = createServer(async (incoming, outgoing) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host}`);
      if (url.pathname.startsWith("/api/") || url.pathname === "/okta-webhooks-endpoint") {
        if (url.pathname.startsWith("/api/")) calls.push(`${incoming.method} ${url.pathname}${url.search}`);
        const request = new Request(url, {
          method: incoming.method ?? "GET",
          headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [
            name,
            String(value),
          ]),
          ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        });
        const response = await api(request);
        answers.push(`${incoming.method} ${url.pathname} ${response.status}`);
        outgoing.writeHead(response.status, Object.fromEntries(response.headers));
        outgoing.end(Buffer.from(await response.arrayBuffer()));
        return;
      }
      const file = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
      const bytes = await readFile(join(site, file));
      outgoing.writeHead(200, {
        ...headers,
        "content-type": contentTypes[extname(file)] ?? "application/octet-stream",
      });
      outgoing.end(bytes);
    } catch (error) {
      outgoing.writeHead(error instanceof Error && "code" in error ? 404 : 500).end(String(error));
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    url: `http://localhost:${address.port}`,
    port: address.port,
    calls,
    answers,
    async stop() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The headers for every path (`/*`) of a `_headers` file. */
function readHeaders(text: string): Record<string, string> {
  const lines = text.split("\n");
  const start = lines.indexOf("/*");
  const found: Record<string, string> = {};
  for (const line of lines.slice(start + 1)) {
    if (!line.startsWith("  ")) break;
    const colon = line.indexOf(":");
    found[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  return found;
}
