import { expect, test } from "vitest";
import { reportCodeCheck } from "../../../netlify/cli/start/report-code-check.ts";
import type { CodeReport } from "../../../netlify/dev/code-report.ts";

const fine: CodeReport = { problems: [], remarks: [] };
const broken: CodeReport = {
  problems: [{ message: "SyntaxError: no", file: "netlify/handlers/a.ts", line: 3 }],
  remarks: [],
};

/** Saves one file after the other; each save finds the next of these reports. */
async function sayAll(...reports: CodeReport[]) {
  const said: string[] = [];
  const checked: boolean[] = [];
  let next = 0;
  const onSaved = reportCodeCheck({
    check: async () => reports[next++] ?? fine,
    frame: ({ file, line }) => `${file}:${line}`,
    say: (_level, text) => said.push(text),
    onChecked: async (loads) => void checked.push(loads),
  });
  for (const _ of reports) await onSaved(["netlify/handlers/a.ts"]);
  return { said, checked };
}

test("a mistake is framed once, however often it is saved, and its mending is said in one line", async () => {
  const { said, checked } = await sayAll(broken, broken, fine);
  expect(said).toHaveLength(2);
  expect(said[0]).toContain("netlify/handlers/a.ts:3");
  expect(said[1]).toBe("✓ the code loads again, and the next call runs it: netlify/handlers/a.ts");
  expect(checked).toEqual([false, false, true]);
});

test("what is to be remarked is said when it is new", async () => {
  const remark: CodeReport = { problems: [], remarks: ["a is not listed"] };
  const { said } = await sayAll(remark, remark, fine, remark);
  expect(said.filter((text) => text === "! a is not listed")).toHaveLength(2);
});

test("a file that is saved during a check is checked after it, and only that is told", async () => {
  const said: string[] = [];
  let saveMore = () => {};
  let checks = 0;
  const onSaved = reportCodeCheck({
    check: async () => {
      checks += 1;
      saveMore();
      return checks === 1 ? broken : fine;
    },
    frame: () => "a frame",
    say: (_level, text) => said.push(text),
    onChecked: async () => undefined,
  });
  saveMore = () => {
    saveMore = () => {};
    void onSaved(["netlify/handlers/a.ts"]);
  };
  await onSaved(["netlify/handlers/a.ts"]);
  expect(said).toEqual(["✓ the code loads, and the next call runs it: netlify/handlers/a.ts"]);
});
