/**
 * When the page asks: at a steady pace while somebody looks. A hidden tab asks nothing; where asking costs its owner money
 * (deployed), neither does a page that nobody has used for a while. It goes on by itself once it is shown or used again.
 */

export interface Pace {
  readonly everyMs: number;
  /** Without use for so long: paused. null: never. */
  readonly pauseAfterMs: number | null;
  /** After a change the views ask again with every third question, say, at most: a busy deployed site must not meet its own rate limit. */
  readonly pulsesPerRefresh: number;
}

/** The database of a deployed site may sleep when nobody asks; on this machine asking is free. */
export const localPace: Pace = { everyMs: 2_000, pauseAfterMs: null, pulsesPerRefresh: 1 };
export const deployedPace: Pace = {
  everyMs: 10_000,
  pauseAfterMs: 10 * 60_000,
  pulsesPerRefresh: 3,
};

const uses = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/**
 * Asks at once and then at the pace. `ask` never throws, and is never called again before it has settled.
 * @returns `askNow`, and `stop`, which ends it for good.
 */
export function startPolling(
  { everyMs, pauseAfterMs }: Pick<Pace, "everyMs" | "pauseAfterMs">,
  { ask, onPaused }: { ask: () => Promise<void>; onPaused: (paused: boolean) => void },
): { askNow: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let usedAtMs = Date.now();
  let asking = false;
  let askAgain = false;
  let paused = false;
  let stopped = false;

  async function tick(): Promise<void> {
    clearTimeout(timer);
    if (stopped || document.hidden) return;
    if (asking) {
      askAgain = true;
      return;
    }
    if (pauseAfterMs !== null && Date.now() - usedAtMs >= pauseAfterMs) {
      setPaused(true);
      return;
    }
    setPaused(false);
    asking = true;
    await ask();
    asking = false;
    if (stopped) return;
    timer = setTimeout(tick, askAgain ? 0 : everyMs);
    askAgain = false;
  }

  function setPaused(now: boolean): void {
    if (now === paused) return;
    paused = now;
    onPaused(now);
  }

  function used(): void {
    usedAtMs = Date.now();
    if (paused) void tick();
  }

  function shownOrHidden(): void {
    clearTimeout(timer);
    if (document.hidden) return;
    usedAtMs = Date.now();
    void tick();
  }

  for (const use of uses) addEventListener(use, used, { passive: true });
  document.addEventListener("visibilitychange", shownOrHidden);
  void tick();
  return {
    askNow() {
      usedAtMs = Date.now();
      void tick();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      for (const use of uses) removeEventListener(use, used);
      document.removeEventListener("visibilitychange", shownOrHidden);
    },
  };
}
