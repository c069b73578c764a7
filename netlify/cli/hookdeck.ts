/** `npm run hookdeck`: the Hookdeck CLI, told the endpoint's port and path. What is typed after `--` goes on to it. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";

const HOOKDECK = createRequire(import.meta.url).resolve("hookdeck-cli/bin/hookdeck.js");
const ENDPOINT_PATH = "/okta-webhooks-endpoint";

console.log(`hookdeck listen 1337 okta --path ${ENDPOINT_PATH}
(--path sets the path of Hookdeck's destination, and it stays set. Without it events go to "/" and miss the endpoint.)
`);
const child = spawn(
  process.execPath,
  [HOOKDECK, "listen", "1337", "okta", "--path", ENDPOINT_PATH, ...process.argv.slice(2)],
  // A group of its own would lose the terminal; in the terminal's group Ctrl+C reaches the Go program itself.
  { stdio: "inherit" },
);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
child.on("close", (code) => process.exit(code ?? 0));
