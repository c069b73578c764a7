/** Calls that name another host. `fetch` would not let a test choose the Host header. */
import { request } from "node:http";
import { text } from "node:stream/consumers";

/** Sends a verification to this machine, addressed to `host`. */
export function callAs(
  host: string,
  port: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: "127.0.0.1",
        port,
        path: "/okta-webhooks-endpoint",
        headers: { "x-okta-verification-challenge": "a-challenge", ...headers, host },
      },
      (response) => {
        text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
      },
    );
    call.on("error", reject).end();
  });
}
