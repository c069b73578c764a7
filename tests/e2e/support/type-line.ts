/** Types a line in a second terminal, in the folder of a project, and waits for its end. */
import { expect } from "vitest";
import type { ProjectCopy } from "./project-copy.ts";
import { runProgram } from "./running-program.ts";

export async function typeLine(
  { directory, environment }: ProjectCopy,
  line: string,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const [command = "", ...args] = line.split(" ");
  const program = runProgram(command, args, { directory, environment });
  try {
    const exitCode = await program.ended(120_000);
    return { exitCode, output: program.output() };
  } finally {
    await program.stop();
  }
}

/** Types a line, which must end well. @returns what it printed */
export async function typeGoodLine(copy: ProjectCopy, line: string): Promise<string> {
  const { exitCode, output } = await typeLine(copy, line);
  expect(exitCode, output).toBe(0);
  return output;
}
