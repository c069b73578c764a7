/** The names of this machine, as they stand in addresses. */

const LOOPBACK_HOSTS = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether a URL's `hostname` names this machine. Any other name, also one that leads here, may be somebody else's. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK_HOSTS.has(hostname);
}
