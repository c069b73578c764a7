/** The real Hookdeck CLI, listening through the stand-in instead of Hookdeck. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { HookdeckStandIn } from "./hookdeck-stand-in.ts";
import { type RunningProgram, runProgram } from "./running-program.ts";

const bin = resolve(import.meta.dirname, "../../../node_modules/.bin/hookdeck");

/** Starts `hookdeck listen <args>` with a home of its own and waits until it says where it forwards to. */
export async function startHookdeckCli(
  hookdeck: HookdeckStandIn,
  listenArgs: readonly string[],
): Promise<RunningProgram> {
  const home = await mkdtemp(join(tmpdir(), "hookdeck-home-"));
  const program = runProgram(
    bin,
    [
      "listen",
      ...listenArgs,
      ...hookdeck.cliFlags,
      "--hookdeck-config",
      join(home, "config.toml"),
      "--output",
      "compact",
    ],
    {
      directory: home,
      environment: { PATH: process.env.PATH ?? "", HOME: home, HOOKDECK_CLI_TELEMETRY_DISABLED: "1" },
    },
  );
  const stop = async () => {
    await program.stop();
    await rm(home, { recursive: true, force: true });
  };
  try {
    await program.waitForOutput(/Forwards to/);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...program, stop };
}
