/** Has the project's code checked, and says in words what came of it. */
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import type { LoadProblem } from "../base/load-problem.ts";
import { printableLine } from "../base/printable.ts";

/** What is wrong with the code as it was saved last. */
export interface CodeReport {
  /** What keeps it from loading. */
  readonly problems: readonly LoadProblem[];
  /** What loads, and is not what was meant: sentences. */
  readonly remarks: readonly string[];
}

/** The folders of `netlify/` that do not run in a call. */
export const NOT_IN_A_CALL: readonly string[] = ["inspector", "database", "cli", "build", "plugins"];

const TIMEOUT_MS = 60_000;
const LINES_AROUND = 2;
const WIDTH = 100;

/** @param root the project's folder */
export function checkCode(root: string): Promise<CodeReport> {
  return new Promise((resolve) => {
    const child = fork(join(import.meta.dirname, "check-code.ts"), {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let report: CodeReport | undefined;
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-2_000);
    });
    let tooLong = false;
    const end = () => child.kill("SIGKILL");
    const timer = setTimeout(() => {
      tooLong = true;
      end();
    }, TIMEOUT_MS);
    // A handler's module that never comes to its end must not outlive us.
    process.once("exit", end);
    child.on("error", (error) => {
      said = error.message; // "close" follows.
    });
    child.on("message", (message) => {
      report = message as CodeReport;
    });
    child.on("close", () => {
      clearTimeout(timer);
      process.off("exit", end);
      const message = tooLong
        ? `Loading the code took more than ${TIMEOUT_MS / 1000} s`
        : (/^\w*Error: .*$/m.exec(said)?.[0] ?? said.trim().split("\n").at(-1)) ||
          "The check of the code ended without a word";
      resolve(report ?? { problems: [{ message, file: undefined, line: undefined }], remarks: [] });
    });
  });
}

/** A frame with the message, the place and the lines around it. Nothing in it steers a terminal. */
export function frameProblem({ message, file, line }: LoadProblem, root: string, coloured: boolean): string {
  const red = (text: string) => (coloured ? styleText("red", text, { validateStream: false }) : text);
  const place = file === undefined ? "" : ` ${file}${line === undefined ? "" : `:${line}`}`;
  const head = `── the code does not load:${printableLine(place)} `;
  const bar = red("│");
  return [
    red(`┌${head}${"─".repeat(Math.max(2, WIDTH - head.length))}`),
    ...(file === undefined || line === undefined ? [] : linesAround(join(root, file), line)).map(
      ({ number, text, isIt }) =>
        `${bar} ${isIt ? red(">") : " "} ${String(number).padStart(4)}  ${printableLine(text.replaceAll("\t", "  "))}`,
    ),
    ...message.split("\n").map((text) => `${bar} ${printableLine(text)}`),
    red(`└${"─".repeat(WIDTH)}`),
  ].join("\n");
}

function linesAround(path: string, line: number) {
  try {
    const lines = readFileSync(path, "utf8").split("\n");
    const first = Math.max(1, line - LINES_AROUND);
    return lines
      .slice(first - 1, line + LINES_AROUND)
      .map((text, index) => ({ number: first + index, text, isIt: first + index === line }));
  } catch {
    return []; // Gone meanwhile: the message stands alone.
  }
}
