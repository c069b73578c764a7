/**
 * Loaded before `netlify dev` by `npm start`: refuses a call that `netlify dev` cannot read. Without it such a call, which any
 * web page can send, ends `netlify dev`. The errors are those of netlify-cli 27.
 */
import http, { type IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** What reading a call throws where the caller is at fault, and the answer. */
const REFUSALS: readonly (readonly [error: string, status: number, detail: string])[] = [
  ["Error: Stream body too big", 413, "A body may have 6 MB here."],
  ["Error: aborted", 400, "The body broke off."],
  ["URIError: URI malformed", 400, "The address has a broken % escape."],
  ["TypeError: Invalid URL", 400, "The address or the Host header is none."],
];

type Listener = (request: IncomingMessage, answer: ServerResponse | Duplex, head: Buffer) => unknown;

function refuseBadCalls(listener: Listener): Listener {
  return async (request, answer, head) => {
    try {
      await listener(request, answer, head);
    } catch (error) {
      const refusal = REFUSALS.find(([words]) => words === String(error));
      if (refusal === undefined) throw error;
      const [, status, detail] = refusal;
      console.error(`✗ ${status}: ${detail}`);
      if (!(answer instanceof ServerResponse) || answer.headersSent) answer.destroy();
      else answer.writeHead(status, { "content-type": "text/plain", connection: "close" }).end(`${detail}\n`);
    }
  };
}

const { on } = http.Server.prototype;
Object.assign(http.Server.prototype, {
  // `http.createServer(listener)` calls it too.
  on(this: http.Server, event: string, listener: Listener) {
    const takesCalls = event === "request" || event === "upgrade";
    return Reflect.apply(on, this, [event, takesCalls ? refuseBadCalls(listener) : listener]);
  },
});
