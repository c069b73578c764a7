/**
 * The child process of a cold start: imports an unpacked function through Netlify's own bootstrap, calls it once as AWS
 * Lambda would, and prints how long both took. Arguments: the folder of the bundle, the event as JSON.
 */
import { once } from "node:events";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pathToFileURL } from "node:url";

type Handler = (event: unknown, stream: PassThrough, context: unknown) => Promise<void>;

/** What Lambda's runtime offers to streaming handlers; the status is noted on the way. */
let status = 0;
Object.assign(globalThis, {
  awslambda: {
    streamifyResponse: (handler: Handler) => handler,
    HttpResponseStream: {
      from(stream: PassThrough, head: { statusCode: number }) {
        status = head.statusCode;
        return stream;
      },
    },
  },
});

const [directory = "", event = "{}"] = process.argv.slice(2);
const printed = console.log;
for (const method of ["log", "info", "warn", "error"] as const) console[method] = () => {};

const startMs = performance.now();
const { handler } = (await import(pathToFileURL(join(directory, "___netlify-entry-point.mjs")).href)) as {
  handler: Handler;
};
const stream = new PassThrough();
stream.resume();
const ended = once(stream, "end").then(() => performance.now() - startMs);
await handler(JSON.parse(event), stream, {
  awsRequestId: "bench",
  getRemainingTimeInMillis: () => 60_000,
  clientContext: {},
});
printed(JSON.stringify({ ms: await ended, status }));
process.exit(0);
