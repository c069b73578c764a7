/** The entry of `npm run hook -- <command>`: settings from `.env`, and the program. */
import { readDotEnv } from "../dev/dot-env.ts";
import { processContext } from "./cli-context.ts";
import { buildProgram } from "./program.ts";
import { runProgram } from "./run-program.ts";
import type { KnownFlag } from "./swallowed-flags.ts";
import { processTerminal } from "./terminal.ts";

const program = buildProgram(processContext((name) => process.env[name], processTerminal));

await runProgram("npm run hook", flagsOf(process.argv.slice(2)), async (args) => {
  // What the shell sets is stronger than `.env`.
  for (const [name, value] of Object.entries(readDotEnv())) process.env[name] ??= value;
  await program.parseAsync(args, { from: "user" });
});

/** The flags of the command that was called, however deep its name. */
function flagsOf(words: readonly string[]): KnownFlag[] {
  let command = program;
  for (const word of words)
    command = command.commands.find((candidate) => candidate.name() === word) ?? command;
  return command.options.flatMap(({ long, flags }) =>
    long ? [{ long, value: /<.+>|\[.+\]/.exec(flags)?.[0] }] : [],
  );
}
