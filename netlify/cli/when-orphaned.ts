/**
 * Notices that whoever started this process has gone. npm's shell does not pass SIGTERM on: without this, ending
 * `npm start` or `npm run hookdeck` would leave what they started running.
 */

const CHECK_MS = 1000;

/** Calls `act` once the parent process is gone. @returns what ends the watch, which keeps no process alive. */
export function whenOrphaned(act: () => void): () => void {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    act();
  }, CHECK_MS).unref();
  return () => clearInterval(check);
}
