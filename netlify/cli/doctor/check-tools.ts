/** Node, Netlify's CLI, TypeScript and the Hookdeck CLI: what `npm ci` installs. */
import { error, type Finding, fine } from "./finding.ts";
import type { Machine } from "./machine.ts";

const MIN_NODE_MAJOR = 24;

/** With TypeScript 7, `netlify dev` ends at its start ("reading 'Intrinsic'"). */
const TYPESCRIPT_MAJOR = 6;

/** One line for Node, one for the tools, one for Hookdeck's. */
export function checkTools(machine: Machine): Finding[] {
  const { nodeVersion } = machine;
  return [
    majorOf(nodeVersion) >= MIN_NODE_MAJOR
      ? fine("Node", nodeVersion)
      : error(
          "Node",
          `${nodeVersion} is too old`,
          "run it as npm run hook -- doctor: npm ci brings Node 24 along",
        ),
    checkPackages(machine),
    checkHookdeck(machine),
  ];
}

function checkPackages(machine: Machine): Finding {
  const netlify = machine.packageVersion("netlify-cli");
  const typescript = machine.packageVersion("typescript");
  if (netlify === undefined || typescript === undefined) {
    return error(
      "tools",
      `${netlify === undefined ? "netlify-cli" : "typescript"} is not installed`,
      "npm ci",
    );
  }
  if (majorOf(typescript) !== TYPESCRIPT_MAJOR) {
    return error("tools", `TypeScript ${typescript} ends netlify dev at its start`, "npm ci installs 6.0");
  }
  return fine("tools", `netlify-cli ${netlify}, TypeScript ${typescript}`);
}

function checkHookdeck(machine: Machine): Finding {
  const version = machine.packageVersion("hookdeck-cli");
  if (version === undefined) return error("Hookdeck CLI", "it is not installed", "npm ci");
  const signedIn = {
    account: "signed in",
    guest: "signed in as a guest",
    nobody: "nobody is signed in yet; npm run hookdeck begins as a guest",
  }[machine.hookdeckSignIn()];
  return fine("Hookdeck CLI", `${version}, ${signedIn}`);
}

const majorOf = (version: string) => Number.parseInt(version, 10);
