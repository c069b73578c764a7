/** A Postgres of one's own: whether the project can use it, and what to mend. */
import { isLoopbackHost } from "../../base/addresses.ts";
import { examinePostgres } from "../../database/own-postgres.ts";
import { DatabaseError } from "../../events/database/database-error.ts";
import { readDatabaseSettings } from "../../settings/database-settings.ts";
import { type Environment, SettingsError } from "../../settings/environment.ts";
import { error, type Finding, fine, warn } from "./finding.ts";

const about = "database";
/** From this share of a server's connections on, a pooler is worth having. */
const MANY_CONNECTIONS = 0.8;

/**
 * @param production whether a person says that production's database is meant
 * @returns undefined where none is set
 */
export async function checkPostgres(
  environment: Environment,
  production: boolean,
): Promise<Finding | undefined> {
  try {
    const settings = readDatabaseSettings(environment, { production, deployed: false });
    if (settings === undefined) return undefined;
    const { variable, connection } = settings;
    const { version, latencyMs, isPooled, connections, migrations } = await examinePostgres(settings);
    const says = [
      `${variable}: Postgres ${version}`,
      isPooled ? "through a pooler" : "direct",
      `${Math.round(latencyMs)} ms for a statement from here`,
      `${connections.inUse} of ${connections.max} connections in use`,
    ].join(", ");
    const [pending, unknown] = [migrations.pending.join(", "), migrations.unknown.join(", ")];
    if (pending) {
      const fix = `npm run hook -- database migrate${production ? " --database" : ""}`;
      return error(about, `${says}; not applied yet: ${pending}`, fix);
    }
    if (unknown) return warn(about, `${says}; it is newer than this code: ${unknown}`, "update the code");
    if (connection.ssl === false && !isLoopbackHost(connection.host)) {
      return warn(about, `${says}; nothing is encrypted`, "take sslmode=disable out of the address");
    }
    if (connection.ssl && !connection.ssl.rejectUnauthorized) {
      const fix = "set DATABASE_CA, and take sslmode=no-verify out of the address";
      return warn(about, `${says}; its certificate is not checked`, fix);
    }
    if (connections.inUse > MANY_CONNECTIONS * connections.max) {
      return warn(
        about,
        says,
        "take the address of its pooler (transaction mode), or allow more connections",
      );
    }
    return fine(about, `${says}; all ${migrations.applied.length} migrations applied`);
  } catch (cause) {
    if (cause instanceof DatabaseError || cause instanceof SettingsError) return error(about, cause.message);
    throw cause;
  }
}
