import { expect, it } from "vitest";
import type { Hints } from "../../netlify/hints/hints.ts";
import { listMarks, openWorkMarks } from "../../netlify/hints/work-marks.ts";
import { madeHints } from "../support/made-hints.ts";

/** Blobs that keep each write waiting until it is let go. */
function slowHints() {
  const values = new Map<string, string>();
  const waiting: ((works: boolean) => void)[] = [];
  const hints: Hints = {
    ...madeHints(values),
    async write(key, value) {
      const works = await new Promise<boolean>((resolve) => waiting.push(resolve));
      return works && (await madeHints(values).write(key, value));
    },
  };
  return { hints, waiting };
}

it("is set before any work begins, also that which comes while it is being set", async () => {
  const { hints, waiting } = slowHints();
  const marks = openWorkMarks();
  let marksAtBeginning: number | undefined;
  const first = marks.begin(hints, 1_000_000_000_000);
  const second = marks.begin(hints, 1_000_000_000_001).then(async (end) => {
    marksAtBeginning = (await listMarks(hints))?.length;
    return end;
  });
  // Whoever does not wait for the mark begins now.
  await hints.read("nothing", Object());
  expect(waiting).toHaveLength(1);
  waiting[0]?.(true);

  const ends = await Promise.all([first, second]);

  expect(marksAtBeginning).toBe(1);
  for (const end of ends) await end(true);
  expect(await listMarks(hints)).toEqual([]);
});

it("that could not be set is set again with the next work", async () => {
  const { hints, waiting } = slowHints();
  const marks = openWorkMarks();
  const first = marks.begin(hints, 1_000_000_000_000);
  waiting[0]?.(false);
  await first;
  const second = marks.begin(hints, 1_000_000_000_001);
  waiting[1]?.(true);
  await second;

  expect(await listMarks(hints)).toMatchObject([{ at: 1_000_000_000_001 }]);
});
