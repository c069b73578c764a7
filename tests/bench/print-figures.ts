/** One figure: two medians in milliseconds, and the ratio that they should stay within. */
export interface Figure {
  readonly what: string;
  readonly of: number;
  readonly to: number;
  readonly atMost: number;
}

/** Prints figures as lines of a table, the ratio first. */
export function printFigures(figures: readonly Figure[]): void {
  for (const { what, of, to, atMost } of figures) {
    const ratio = of / to;
    const verdict = ratio <= atMost ? "      " : "  OVER";
    console.log(
      `${ratio.toFixed(2).padStart(7)}  (at most ${String(atMost).padStart(3)})${verdict}  ${what}: ${of.toFixed(2)} / ${to.toFixed(2)} ms`,
    );
  }
}
