/**
 * Notices that another process has gone. npm's shell does not pass SIGTERM on: without this, ending `npm start` or
 * `npm run hookdeck` would leave what they started running.
 */
import { identify, isAlive } from "./process-identity.ts";

const CHECK_MS = 1000;

/** Calls `act` once that process is gone. @returns what ends the watch, which keeps no process alive. */
export function whenGone(pid: number, act: () => void): () => void {
  const watched = identify(pid);
  const check = setInterval(() => {
    if (isAlive(watched)) return;
    clearInterval(check);
    act();
  }, CHECK_MS).unref();
  return () => clearInterval(check);
}
