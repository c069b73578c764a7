/** The local database and its migrations. */
import type { DatabaseHealth } from "./examine-database.ts";
import { error, type Finding, fine, skipped, warn } from "./finding.ts";

const about = "database";

/** Whether the last call that came was refused: through Hookdeck, only this shows that Okta has another secret. */
export function checkRefused(health: DatabaseHealth): Finding[] {
  if (health.kind !== "ready" || health.refused === undefined) return [];
  const { at, status, reason } = health.refused;
  const says = `the latest, at ${at.toISOString()}, was refused with ${status}: ${reason}`;
  return [warn("calls", says, fixForRefused(status, reason))];
}

function fixForRefused(status: number, reason: string): string {
  if (status === 404) return "give the address with that path; through Hookdeck, npm run hookdeck sets it";
  if (status !== 401) return "the reason says what to do";
  return reason.startsWith("signature")
    ? "HOOKDECK_SIGNING_SECRET must be the signing secret of the Hookdeck project (Settings > Secrets)"
    : "if it came from Okta, give the hook this secret: npm run hook -- okta sync --secret";
}

/** @param migrations those of the project. */
export function checkDatabase(health: DatabaseHealth, migrations: readonly string[]): Finding {
  switch (health.kind) {
    case "not-running":
      return skipped(about, "not looked at: npm start runs it");
    case "failing":
      return error(
        about,
        `it fails with ${health.code}`,
        "stop npm start and start it again; if it stays so: npm start -- --reset keeps it aside and begins with an empty one",
      );
    case "ready": {
      const pending = migrations.filter((name) => !health.applied.includes(name));
      if (pending.length > 0) {
        return error(
          about,
          `not applied yet: ${pending.join(", ")}`,
          "stop npm start and start it again: it applies them",
        );
      }
      const unknown = health.applied.filter((name) => !migrations.includes(name));
      return unknown.length > 0
        ? warn(about, `it is newer than this code: ${unknown.join(", ")}`, "update the code")
        : fine(about, `${migrations.length} migrations, all applied`);
    }
  }
}
