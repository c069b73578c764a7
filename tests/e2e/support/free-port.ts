/** A port of this machine that nobody listens on. */
import { once } from "node:events";
import { createServer } from "node:net";

/** Asks the system for a port and gives it back at once, for a program that must be told its port. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  server.close();
  await once(server, "close");
  return address.port;
}
