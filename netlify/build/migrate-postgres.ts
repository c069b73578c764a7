/**
 * The last step of the site's build: migrates the Postgres of one's own that the deploy will use, if it will use one. Netlify Database is
 * migrated by Netlify.
 */
import { migrateOfDeploy } from "../database/own-postgres.ts";
import { DatabaseError } from "../events/database/database-error.ts";
import { SettingsError } from "../settings/environment.ts";

const { CONTEXT: context, DATABASE_URL: ofProduction } = process.env;

// Outside of Netlify's build nothing says what it is built for.
if (context !== undefined) {
  if (context !== "production" && ofProduction) {
    console.warn(
      `DATABASE_URL can be read here, by whatever code a deploy of ${context} has: in Netlify, set it for production only.`,
    );
  }
  try {
    const migrated = await migrateOfDeploy({ context }, (name) => process.env[name]);
    if (migrated !== undefined) {
      console.log(
        `${migrated.variable}: applied ${migrated.applied.join(", ") || "nothing, it is up to date"}`,
      );
    }
  } catch (error) {
    if (!(error instanceof DatabaseError || error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
