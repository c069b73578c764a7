/** One thing to measure. */
export interface Timed {
  /** Makes what a run needs, off the clock, and gives the run itself. */
  readonly prepare: () => () => unknown;
  /** Waits for what has to be over before the next thing's turn, off the clock. */
  readonly settle?: () => Promise<unknown>;
}

/**
 * Runs things in turns, so that whatever else the machine does meets all of them, and gives each one's median in
 * milliseconds. A tenth more rounds run first, to warm up, and do not count.
 * @param options.burst how often a thing runs in each of its turns, one run right after the other
 */
export async function timeInTurns<Name extends string>(
  things: Readonly<Record<Name, Timed>>,
  { rounds, burst = 1 }: { readonly rounds: number; readonly burst?: number },
): Promise<Record<Name, number>> {
  const named = Object.entries<Timed>(things).map(([name, timed]) => ({
    name,
    timed,
    times: [] as number[],
  }));
  for (let round = -Math.ceil(rounds / 10); round < rounds; round += 1) {
    for (const { timed, times } of named) {
      const runs = Array.from({ length: burst }, () => timed.prepare());
      for (const run of runs) {
        const start = performance.now();
        await run();
        const ms = performance.now() - start;
        if (round >= 0) times.push(ms);
      }
      await timed.settle?.();
    }
  }
  return Object.fromEntries(named.map(({ name, times }) => [name, median(times)])) as Record<Name, number>;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
