/** What is on this machine: Node, what `npm ci` installs, the handlers, and the local database. */
import type { DatabaseHealth } from "../../events/database/examine-database.ts";
import { explainCode } from "../../events/database/explain-code.ts";
import { checkHandlerSettings } from "../../handler-kit/handler-settings.ts";
import type { CliContext } from "../cli-context.ts";
import { CommandError } from "../terminal.ts";
import { error, type Finding, fine, skipped, warn } from "./finding.ts";
import type { Machine } from "./machine.ts";

const MIN_NODE_MAJOR = 24;
/** With TypeScript 7, `netlify dev` ends at its start ("reading 'Intrinsic'"). */
const TYPESCRIPT_MAJOR = 6;

/** One line for Node, one for the tools, one for Hookdeck's. */
export function checkTools({ nodeVersion, packageVersion, hookdeckSignIn }: Machine): Finding[] {
  const [netlify, typescript, hookdeck] = ["netlify-cli", "typescript", "hookdeck-cli"].map(packageVersion);
  const signedIn = {
    account: "signed in",
    guest: "signed in as a guest",
    nobody: "nobody is signed in yet; npm run hookdeck begins as a guest",
  }[hookdeckSignIn()];
  return [
    Number.parseInt(nodeVersion, 10) >= MIN_NODE_MAJOR
      ? fine("Node", nodeVersion)
      : error(
          "Node",
          `${nodeVersion} is too old`,
          "run it as npm run hook -- doctor: npm ci brings Node 24 along",
        ),
    netlify === undefined || typescript === undefined
      ? error("tools", `${netlify === undefined ? "netlify-cli" : "typescript"} is not installed`, "npm ci")
      : Number.parseInt(typescript, 10) !== TYPESCRIPT_MAJOR
        ? error("tools", `TypeScript ${typescript} ends netlify dev at its start`, "npm ci installs 6.0")
        : fine("tools", `netlify-cli ${netlify}, TypeScript ${typescript}`),
    hookdeck === undefined
      ? error("Hookdeck CLI", "it is not installed", "npm ci")
      : fine("Hookdeck CLI", `${hookdeck}, ${signedIn}`),
  ];
}

/** One line if all is well, else one for each handler at fault. No value is shown. */
export async function checkHandlers({
  handlers: load,
  environment,
}: Pick<CliContext, "handlers" | "environment">): Promise<Finding[]> {
  try {
    const handlers = await load();
    const unusable = checkHandlerSettings(handlers, environment);
    const count = handlers.length === 1 ? "1 handler" : `${handlers.length} handlers`;
    return unusable.length === 0
      ? [fine("handlers", `${count}, and every setting that a handler declares`)]
      : unusable.map(({ handler, problem }) =>
          error(
            "handlers",
            `${handler}: ${problem}`,
            "set it in .env, and in the site's environment variables",
          ),
        );
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    return [error("handlers", cause.message)];
  }
}

/** @param migrations those of the project */
export function checkDatabase(health: DatabaseHealth, migrations: readonly string[]): Finding {
  const about = "database";
  switch (health.kind) {
    case "not-running":
      return skipped(about, "not looked at: npm start runs it");
    case "failing":
      return error(
        about,
        [`it fails with ${health.code}`, explainCode(health.code)?.split("; ")[0] ?? []].flat().join(": "),
        "stop npm start and start it again; if it stays so: npm start -- --reset keeps it aside and begins with an empty one",
      );
    case "ready": {
      const pending = migrations.filter((name) => !health.applied.includes(name));
      const unknown = health.applied.filter((name) => !migrations.includes(name));
      if (pending.length > 0) {
        const fix = "stop npm start and start it again: it applies them";
        return error(about, `not applied yet: ${pending.join(", ")}`, fix);
      }
      return unknown.length > 0
        ? warn(about, `it is newer than this code: ${unknown.join(", ")}`, "update the code")
        : fine(about, `${migrations.length} migrations, all applied; it writes and reads`);
    }
  }
}

/** Whether the last call that came was refused: through Hookdeck, only this shows that Okta has another secret. */
export function checkRefused(health: DatabaseHealth): Finding[] {
  if (health.kind !== "ready" || health.refused === undefined) return [];
  const { at, status, reason } = health.refused;
  const message = `the latest, at ${at.toISOString()}, was refused with ${status}: ${reason}`;
  return [warn("calls", message, fixForRefused(status, reason))];
}

function fixForRefused(status: number, reason: string): string {
  if (status === 404) return "give the address with that path; through Hookdeck, npm run hookdeck sets it";
  if (status !== 401) return "the reason says what to do";
  return reason.startsWith("signature")
    ? "HOOKDECK_SIGNING_SECRET must be the signing secret of the Hookdeck project (Settings > Secrets)"
    : "if it came from Okta, give the hook this secret: npm run hook -- okta sync --secret";
}
