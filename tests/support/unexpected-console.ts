/**
 * Fails a test whose code complains on the console unexpectedly. A test that expects it says so by taking the console over:
 * `vi.spyOn(console, "error").mockReturnValue()`.
 */
import { format } from "node:util";
import { afterAll, afterEach } from "vitest";

const complaints: string[] = [];

for (const level of ["error", "warn"] as const) {
  const original = console[level];
  console[level] = (...words: unknown[]) => {
    complaints.push(`console.${level}: ${format(...words)}`);
    original.apply(console, words);
  };
  // The next file may run in the same process.
  afterAll(() => {
    console[level] = original;
  });
}

// The hooks of a test file run before this one, so what they complain of counts as well.
afterEach(() => {
  const unexpected = complaints.splice(0);
  if (unexpected.length > 0)
    throw new Error(`Nobody expected this on the console:\n${unexpected.join("\n")}`);
});
