/** The database and its migrations. */
import { isLoopbackHost } from "../../base/addresses.ts";
import { describePostgres } from "../database-command.ts";
import type { DatabaseHealth, ExaminedPostgres } from "./examine-database.ts";
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
    case "unusable":
      return error(about, health.message);
    case "ready": {
      if (health.postgres !== undefined) return checkPostgres(health.postgres);
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

/** From this share of a server's connections on, its pooler is worth having. */
const MANY_CONNECTIONS = 0.8;

function checkPostgres({ settings, ...facts }: ExaminedPostgres): Finding {
  const { variable, connection } = settings;
  const { pending, unknown } = facts.migrations;
  const says = `${variable}: ${describePostgres(facts)}`;
  const migrate = `npm run hook -- database migrate${variable === "DATABASE_URL" ? " --database" : ""}`;
  if (pending.length > 0) return error(about, `${says}; not applied yet: ${pending.join(", ")}`, migrate);
  if (unknown.length > 0) {
    return warn(about, `${says}; it is newer than this code: ${unknown.join(", ")}`, "update the code");
  }
  if (connection.ssl === false && !isLoopbackHost(connection.host)) {
    return warn(
      about,
      `${says}; what goes there is not encrypted`,
      "take sslmode=disable out of the address",
    );
  }
  if (connection.ssl && !connection.ssl.rejectUnauthorized) {
    return warn(
      about,
      `${says}; its certificate is not checked`,
      "set DATABASE_CA, and take sslmode=no-verify out",
    );
  }
  return facts.connections.inUse > MANY_CONNECTIONS * facts.connections.max
    ? warn(about, says, "take the address of its pooler (transaction mode), or allow more connections")
    : fine(about, `${says}, all migrations applied`);
}
