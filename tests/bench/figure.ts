/** One figure, as `npm run bench` prints it. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** What it should stay within; without it the figure is for information. */
  readonly atMost?: number;
  /** What it was computed from. */
  readonly from: string;
}

/** A ratio of two medians in milliseconds. */
export function ratio(what: string, of: number, to: number, atMost?: number): Figure {
  const from = `${of.toFixed(2)} / ${to.toFixed(2)} ms`;
  return { what, value: of / to, from, ...(atMost !== undefined && { atMost }) };
}

/** Prints a figure as a line of a table. */
export function printFigure({ what, value, atMost, from }: Figure): void {
  const bound = atMost === undefined ? "               " : `(at most ${String(atMost).padStart(4)})`;
  const verdict = atMost !== undefined && value > atMost ? "  OVER" : "      ";
  process.stdout.write(`${value.toFixed(2).padStart(7)}  ${bound}${verdict}  ${what}: ${from}\n`);
}
