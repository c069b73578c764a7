/**
 * `npm run hookdeck`: the Hookdeck CLI, told the endpoint's port (of what runs in this folder, else 1337) and path. What is
 * typed after `--` goes on to it.
 */
import { spawn } from "node:child_process";
import { lookup } from "node:dns/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ENDPOINT_PATH } from "../base/addresses.ts";
import { whenOrphaned } from "../dev/when-orphaned.ts";
import { localSite } from "./read-target.ts";
import { runProgram } from "./run-program.ts";
import { CommandError } from "./terminal.ts";

const HOOKDECK_API = "api.hookdeck.com";

/** Those of `hookdeck listen --help` that npm has no use of its own for. */
const FLAGS = [
  { long: "--path", value: "<path>" },
  { long: "--output", value: "<mode>" },
  { long: "--cli-key", value: "<key>" },
  { long: "--profile", value: "<name>" },
  { long: "--device-name", value: "<name>" },
  { long: "--max-connections", value: "<number>" },
];

await runProgram("npm run hookdeck", FLAGS, (args) => run(hookdeckProgram(), args));

/** The CLI itself. Its npm wrapper, when it is ended by a signal, leaves the CLI running. */
function hookdeckProgram(): string {
  const architecture = { x64: "amd64", ia32: "386" }[process.arch as string] ?? process.arch;
  const name = process.platform === "win32" ? "hookdeck.exe" : "hookdeck";
  return join(packageFolder(), "binaries", `${process.platform}-${architecture}`, name);
}

function packageFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve("hookdeck-cli/package.json"));
  } catch (cause) {
    throw new CommandError("The Hookdeck CLI is not installed: npm ci installs it.", { cause });
  }
}

async function isReachable(): Promise<boolean> {
  try {
    await lookup(HOOKDECK_API);
    return true;
  } catch {
    return false; // Why is in what the CLI said.
  }
}

function run(program: string, passedOn: readonly string[]): void {
  const port = new URL(localSite()).port || "80";
  console.log(`hookdeck listen ${port} okta --path ${ENDPOINT_PATH}
(--path sets the path of Hookdeck's destination, and it stays set. Without it events go to "/" and miss the endpoint.)
`);
  // A group of its own would lose the terminal; in the terminal's group Ctrl+C reaches the CLI by itself.
  const child = spawn(program, ["listen", port, "okta", "--path", ENDPOINT_PATH, ...passedOn], {
    stdio: "inherit",
  });
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  whenOrphaned(() => child.kill("SIGTERM"));
  child.on("error", (error) => {
    console.error(
      `The Hookdeck CLI has no program for ${process.platform} on ${process.arch}: ${error.message}`,
    );
    process.exit(1);
  });
  child.on("close", async (code) => {
    if (code !== 0 && !(await isReachable())) {
      console.error(
        `${HOOKDECK_API} cannot be reached: is there a network? Without one, npm run hook -- preview plays Okta.`,
      );
    }
    process.exit(code ?? 1);
  });
}
