/** `database`: a Postgres of one's own, migrated and looked at. */
import { Command, Option } from "commander";
import { examinePostgres, migratePostgres, type PostgresFacts } from "../database/own-postgres.ts";
import { DatabaseError } from "../events/database/database-error.ts";
import { type PostgresSettings, readDatabaseSettings } from "../settings/database-settings.ts";
import { type Environment, SettingsError } from "../settings/environment.ts";
import type { CliContext } from "./cli-context.ts";
import { jsonOption, printJson } from "./json.ts";
import { CommandError } from "./terminal.ts";

interface DatabaseOptions {
  readonly database?: true;
  readonly json?: true;
}

/** Production's database is used where a person says so, and nowhere else. */
export function databaseOption(): Option {
  return new Option("--database", "production's database, by DATABASE_URL, and not that of DATABASE_URL_DEV");
}

export function databaseCommand(context: CliContext): Command {
  const { environment, terminal, prompter } = context;
  const command = new Command("database").description("a Postgres of your own: migrate it, or look at it");
  command
    .command("migrate")
    .description("apply what is pending, all of it or nothing; a production build does it, too")
    .addOption(databaseOption())
    .addOption(jsonOption("{applied}"))
    .addHelpText("after", "\nExample: npm run hook -- database migrate --database")
    .action(async ({ database, json }: DatabaseOptions) => {
      const settings = readPostgres(environment, database);
      const applied = await attempt(() =>
        prompter.during("Migrating the database", () => migratePostgres(settings)),
      );
      if (json) return printJson(terminal, { applied });
      terminal.out(`${settings.variable}: applied ${applied.join(", ") || "nothing, it is up to date"}`);
    });
  command
    .command("status")
    .description("its version, connections and migrations")
    .addOption(databaseOption())
    .addOption(
      jsonOption(
        "{version, latencyMs, isPooled, connections: {inUse, max}, migrations: {applied, pending, unknown}}",
      ),
    )
    .addHelpText("after", "\nExample: npm run hook -- database status --database")
    .action(async ({ database, json }: DatabaseOptions) => {
      const settings = readPostgres(environment, database);
      const facts = await attempt(() =>
        prompter.during("Looking into the database", () => examinePostgres(settings)),
      );
      if (json) return printJson(terminal, facts);
      const { applied, pending, unknown } = facts.migrations;
      terminal.out(`${settings.variable}: ${describePostgres(facts)}`);
      for (const name of applied) terminal.out(`  ${unknown.includes(name) ? "newer  " : "applied"} ${name}`);
      for (const name of pending) terminal.out(`  pending ${name}`);
    });
  return command;
}

/** E.g. "Postgres 18.4, direct, 12 ms for a statement from here, 4 of 100 connections in use". */
export function describePostgres({ version, latencyMs, isPooled, connections }: PostgresFacts): string {
  return [
    `Postgres ${version}`,
    isPooled ? "through a pooler" : "direct",
    `${Math.round(latencyMs)} ms for a statement from here`,
    `${connections.inUse} of ${connections.max} connections in use`,
  ].join(", ");
}

function readPostgres(environment: Environment, production = false): PostgresSettings {
  const settings = readDatabaseSettings(environment, { production, deployed: false });
  if (settings !== undefined) return settings;
  const [variable, hint] = production
    ? ["DATABASE_URL", "set it in .env for this command"]
    : ["DATABASE_URL_DEV", "for production's database say --database"];
  throw new SettingsError([{ variable, problem: `is not set: ${hint}` }]);
}

async function attempt<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof DatabaseError ? new CommandError(error.message) : error;
  }
}
