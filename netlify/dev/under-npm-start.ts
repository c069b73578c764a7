/**
 * Loaded by `npm start` into the `netlify dev` that it starts. Refuses a call that `netlify dev` cannot read: without this such a call,
 * which any web page can send, ends `netlify dev`. And ends `netlify dev` with `npm start`, also where that is killed.
 */
import http, { type IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/** What reading a call throws where the caller is at fault (netlify-cli 27), and the answer. */
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

// What `netlify dev` starts loads this file too.
if (process.ppid === Number(process.env.NPM_START_PID)) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}
