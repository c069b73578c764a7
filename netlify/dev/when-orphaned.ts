/**
 * Notices that the process that started this one has gone. npm's shell does not pass SIGTERM on: without this, ending `npm start` or
 * `npm run hookdeck` would leave what they started running.
 */

const CHECK_MS = 1000;

/** Calls `act` once it has gone. Keeps no process alive. */
export function whenOrphaned(act: () => void): void {
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent && isThere(parent)) return;
    clearInterval(check);
    act();
  }, CHECK_MS).unref();
}

/** On Windows the parent's number stays as it was. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
