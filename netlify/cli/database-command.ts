/** `database`: a Postgres of one's own, migrated and looked at. */
import { Command, Option } from "commander";
import { migratePostgres } from "../database/own-postgres.ts";
import { DatabaseError } from "../events/database/database-error.ts";
import { readDatabaseSettings } from "../settings/database-settings.ts";
import type { CliContext } from "./cli-context.ts";
import { checkPostgres } from "./doctor/check-postgres.ts";
import { describeFindings, exitCodeOf } from "./doctor/finding.ts";
import { jsonOption } from "./options.ts";
import { CommandError, printJson } from "./terminal.ts";

interface DatabaseOptions {
  readonly database?: boolean;
  readonly json?: true;
}

/** Production's database is used where a person says so, and nowhere else. */
export function databaseOption(): Option {
  return new Option("--database", "production's database, by DATABASE_URL, and not that of DATABASE_URL_DEV");
}

export function databaseCommand({ environment, terminal, prompter }: CliContext): Command {
  const command = new Command("database").description("a Postgres of your own: migrate it, or look at it");
  command
    .command("migrate")
    .description("apply what is pending, all of it or nothing; a production build does it, too")
    .addOption(databaseOption())
    .addOption(jsonOption("{applied}"))
    .addHelpText("after", "\nExample: npm run hook -- database migrate --database")
    .action(async ({ database: production = false, json }: DatabaseOptions) => {
      const settings = readDatabaseSettings(environment, { production, deployed: false });
      if (settings === undefined) throw missing(production);
      try {
        const applied = await prompter.during("Migrating the database", () => migratePostgres(settings));
        if (json) return printJson(terminal, { applied });
        terminal.out(`${settings.variable}: applied ${applied.join(", ") || "nothing, it is up to date"}`);
      } catch (error) {
        throw error instanceof DatabaseError ? new CommandError(error.message) : error;
      }
    });
  command
    .command("status")
    .description("its version, latency, connections and migrations, and what to mend")
    .addOption(databaseOption())
    .addOption(jsonOption('{about, state: "fine", "warn" or "error", message, fix}'))
    .addHelpText("after", "\nExample: npm run hook -- database status --database")
    .action(async ({ database: production = false, json }: DatabaseOptions) => {
      const look = () => checkPostgres(environment, production);
      const finding = await prompter.during("Looking into the database", look);
      if (finding === undefined) throw missing(production);
      process.exitCode = exitCodeOf([finding]);
      if (json) return printJson(terminal, finding);
      for (const line of describeFindings([finding])) terminal.out(line);
    });
  return command;
}

function missing(production: boolean): CommandError {
  return new CommandError(
    production
      ? "DATABASE_URL is not set: set it in .env for this command"
      : "DATABASE_URL_DEV is not set: for production's database say --database",
  );
}
